package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.vmcs.LayoutDiscovery;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "discover",
        mixinStandardHelpOptions = true,
        description = {
            "Infers a layout from pages of VMCSs whose fields are known: PAGE FIELDS [PAGE FIELDS]…",
            "A page comes from: ringside read T SNAP ADDRESS 4096 --raw. A line of FIELDS is: GUEST_CR3 0x1ff4005, or 0x6802 0x1ff4005.",
            "Exit status 1 if no field has a certain place."
        })
final class VmcsDiscoverCommand extends RingsideCommand {
    private static final int MOST_SAMPLES = 256;
    private static final int MOST_LINES = 10_000;

    @Parameters(
            arity = "2..*",
            paramLabel = "PAGE FIELDS",
            description = "Files in pairs: 4096 bytes of a region, and the text with the values that its fields have.")
    private List<Path> files = List.of();

    @Option(
            names = "--id",
            paramLabel = "NAME",
            defaultValue = "discovered",
            description = "Name of the layout, default ${DEFAULT-VALUE}.")
    private String id = "discovered";

    @Option(
            names = "--confidence",
            paramLabel = "PERCENT",
            defaultValue = "50",
            description = "Least confidence of a place that the layout takes, 0 to 100, default ${DEFAULT-VALUE}.")
    private int confidence;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the layout to a file, for --layout-file.")
    private Optional<Path> output = Optional.empty();

    VmcsDiscoverCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException {
        if (files.size() % 2 != 0 || files.size() / 2 > MOST_SAMPLES) {
            throw new CommandFailure("files come in pairs of PAGE and FIELDS, at most " + MOST_SAMPLES);
        }
        if (!id.matches("[A-Za-z0-9._-]+")) {
            throw new CommandFailure("--id %s: letters, digits, dots, dashes only".formatted(id));
        }
        List<LayoutDiscovery.Sample> samples = new ArrayList<>();
        for (int i = 0; i < files.size(); i += 2) {
            samples.add(new LayoutDiscovery.Sample(page(files.get(i)), fields(files.get(i + 1))));
        }
        List<LayoutDiscovery.Place> places = LayoutDiscovery.places(samples);
        Optional<VmcsLayout> layout = LayoutDiscovery.layout(id, samples, confidence);
        Optional<String> text = layout.map(LayoutDiscovery::text);
        if (output.isPresent() && text.isPresent()) {
            Files.writeString(output.get(), text.get());
        }
        if (wantsJson()) {
            ObjectNode json = Json.object().put("samples", samples.size());
            json.set("places", Json.array(places, VmcsDiscoverCommand::json));
            layout.ifPresent(found -> json.set("layout", VmxJson.layout(found)));
            text.ifPresent(found -> json.put("text", found));
            write(json);
        } else {
            print(places, text);
        }
        return layout.isPresent() ? CommandLineInterface.FINE : CommandLineInterface.FOUND;
    }

    private static MemorySegment page(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new CommandFailure(file + ": no such file");
        }
        if (Files.size(file) != VmcsLayout.REGION_SIZE) {
            throw new CommandFailure("%s: has %d bytes; a page of a VMCS has 4096".formatted(file, Files.size(file)));
        }
        return MemorySegment.ofArray(Files.readAllBytes(file));
    }

    private static Map<VmcsField, Long> fields(Path file) throws IOException {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.size() > MOST_LINES) {
            throw new CommandFailure(file + ": more than " + MOST_LINES + " lines");
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("[\\s=:]+", -1);
            String where = "%s, line %d".formatted(file, i + 1);
            if (words.length != 2) {
                throw new CommandFailure(where + ": expected a field and its value, such as: GUEST_CR3 0x1ff4005");
            }
            fields.put(field(where, words[0]), AddressOptions.number(where + ":", words[1]));
        }
        if (fields.isEmpty()) {
            throw new CommandFailure(file + ": has no fields");
        }
        return fields;
    }

    private static VmcsField field(String where, String name) throws CommandFailure {
        Optional<VmcsField> field = VmcsField.ofSymbol(name);
        if (field.isEmpty() && name.startsWith("0x")) {
            long encoding = AddressOptions.number(where, name);
            field = encoding >>> 16 == 0 ? VmcsField.ofEncoding((int) encoding) : Optional.empty();
        }
        return field.orElseThrow(() -> new CommandFailure("%s: there is no VMCS field %s".formatted(where, name)));
    }

    private static ObjectNode json(LayoutDiscovery.Place place) {
        ObjectNode json = Json.object()
                .put("name", place.field().name())
                .put("encoding", "0x%04x".formatted(place.field().encoding()));
        place.offset().ifPresent(offset -> json.put("offset", "0x%03x".formatted(offset)));
        json.put("confidence", place.confidence())
                .put("candidates", place.offsets().size());
        json.set(
                "offsets",
                Json.strings(place.offsets().stream()
                        .limit(64)
                        .map("0x%03x"::formatted)
                        .toList()));
        return json;
    }

    private void print(List<LayoutDiscovery.Place> places, Optional<String> text) {
        for (LayoutDiscovery.Place place : places) {
            line(
                    "# %-34s %-6s confidence %3d, %d places",
                    place.field().name(),
                    place.offset().map("0x%03x"::formatted).orElse("-"),
                    place.confidence(),
                    place.offsets().size());
        }
        out().print(text.orElse("# no field has a certain place: more pages with other values are needed\n"));
    }
}
