package org.ringside.decoder.vmcs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The known layouts: those shipped and those of the user. */
public final class VmcsLayouts {
    /** How the files are called. */
    public static final String FILE_SUFFIX = ".vmcs";

    private static final List<String> SHIPPED = List.of(
            "bochs-2",
            "bochs-3",
            "kvm-vmcs12",
            "xen-vvmcs",
            "hyperv-evmcs",
            "virtualbox",
            "acrn-vmcs12",
            "penryn",
            "nehalem",
            "westmere",
            "sandy-bridge",
            "haswell");

    private final List<VmcsLayout> layouts;

    private VmcsLayouts(List<VmcsLayout> layouts) {
        this.layouts = List.copyOf(layouts);
    }

    /** The layouts that come with the module. */
    public static VmcsLayouts shipped() {
        List<VmcsLayout> layouts = new ArrayList<>();
        for (String name : SHIPPED) {
            String file = "layouts/" + name + FILE_SUFFIX;
            try (InputStream in = VmcsLayouts.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + file + " is missing from the module");
                }
                layouts.add(VmcsLayoutParser.parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(file, e);
            }
        }
        return new VmcsLayouts(layouts);
    }

    /**
     * A layout from its text form, which {@code docs/how-to/add-a-vmcs-layout.md} describes.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException naming file, line and rule, if the text is not a layout
     */
    public static VmcsLayout parse(String name, String text) {
        return VmcsLayoutParser.parse(name, text);
    }

    /**
     * These and the layouts of the files {@code *.vmcs} in {@code directory}; a file replaces the layout of the same id.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException naming file, line and rule, if one is not a layout
     */
    public VmcsLayouts with(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(path -> path.toString().endsWith(FILE_SUFFIX))
                    .sorted()
                    .toList();
        }
        VmcsLayouts result = this;
        for (Path file : files) {
            result = result.with(parse(file.toString(), Files.readString(file)));
        }
        return result;
    }

    /** These and one more, which replaces that of the same id. */
    public VmcsLayouts with(VmcsLayout layout) {
        List<VmcsLayout> all = new ArrayList<>(layouts);
        all.removeIf(known -> known.id().equals(layout.id()));
        all.add(layout);
        return new VmcsLayouts(all);
    }

    public List<VmcsLayout> all() {
        return layouts;
    }

    public Optional<VmcsLayout> find(String id) {
        return layouts.stream().filter(layout -> layout.id().equals(id)).findFirst();
    }
}
