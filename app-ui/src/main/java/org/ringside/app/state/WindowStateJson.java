package org.ringside.app.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Orientation;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.state.WindowState.Bounds;

/** {@link WindowState} as JSON. What is read may have been written by anybody. */
final class WindowStateJson {
    private static final int VERSION = 1;

    private final JsonMapper mapper = new JsonMapper();

    String write(WindowState state) {
        ObjectNode root = mapper.createObjectNode();
        root.put("version", VERSION);
        state.bounds()
                .ifPresent(bounds -> root.putObject("bounds")
                        .put("x", bounds.x())
                        .put("y", bounds.y())
                        .put("width", bounds.width())
                        .put("height", bounds.height()));
        root.put("maximized", state.maximized());
        root.put("theme", state.theme());
        state.layout().ifPresent(layout -> root.set("layout", write(layout)));
        state.lastTrace().ifPresent(path -> root.put("lastTrace", path.toString()));
        ArrayNode recent = root.putArray("recent");
        state.recent().forEach(path -> recent.add(path.toString()));
        return root.toPrettyString();
    }

    private ObjectNode write(DockLayout layout) {
        ObjectNode node = mapper.createObjectNode();
        switch (layout) {
            case DockLayout.Tabs(List<String> views, String selected) -> {
                ArrayNode tabs = node.putArray("tabs");
                views.forEach(tabs::add);
                node.put("selected", selected);
            }
            case DockLayout.Split(Orientation orientation, List<DockLayout> parts, List<Double> dividers) -> {
                ArrayNode children = node.putArray(orientation == Orientation.HORIZONTAL ? "columns" : "rows");
                parts.forEach(part -> children.add(write(part)));
                ArrayNode ends = node.putArray("dividers");
                dividers.forEach(ends::add);
            }
        }
        return node;
    }

    /**
     * Reads a stored state; what is missing or makes no sense in it is left out.
     *
     * @throws IllegalArgumentException if it is not a stored state at all
     */
    WindowState read(String json) {
        JsonNode root;
        try {
            root = mapper.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(malformed.getOriginalMessage(), malformed);
        }
        if (root.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException(
                    "it has version " + root.path("version") + ", this program reads " + VERSION);
        }
        List<Path> recent = new ArrayList<>();
        root.path("recent").forEach(entry -> path(entry).ifPresent(recent::add));
        return new WindowState(
                bounds(root.path("bounds")),
                root.path("maximized").asBoolean(),
                root.path("theme").asText("dark"),
                layout(root.path("layout"), 0),
                path(root.path("lastTrace")),
                recent);
    }

    private static Optional<Path> path(JsonNode node) {
        try {
            return node.isTextual() ? Optional.of(Path.of(node.asText())) : Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    private static Optional<Bounds> bounds(JsonNode node) {
        Bounds bounds = new Bounds(
                node.path("x").asDouble(Double.NaN),
                node.path("y").asDouble(Double.NaN),
                node.path("width").asDouble(),
                node.path("height").asDouble());
        boolean sensible = Double.isFinite(bounds.x())
                && Double.isFinite(bounds.y())
                && bounds.width() >= 200
                && bounds.width() <= 20_000
                && bounds.height() >= 200
                && bounds.height() <= 20_000;
        return sensible ? Optional.of(bounds) : Optional.empty();
    }

    private static Optional<DockLayout> layout(JsonNode node, int depth) {
        if (depth > DockLayout.MAXIMUM_DEPTH) {
            return Optional.empty();
        }
        if (node.has("tabs")) {
            List<String> views = new ArrayList<>();
            node.path("tabs").forEach(view -> views.add(view.asText()));
            if (views.isEmpty()) {
                return Optional.empty();
            }
            String selected = node.path("selected").asText();
            return Optional.of(new DockLayout.Tabs(views, views.contains(selected) ? selected : views.getFirst()));
        }
        boolean columns = node.has("columns");
        List<DockLayout> parts = new ArrayList<>();
        for (JsonNode child : node.path(columns ? "columns" : "rows")) {
            layout(child, depth + 1).ifPresent(parts::add);
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DockLayout.Split(
                columns ? Orientation.HORIZONTAL : Orientation.VERTICAL,
                parts,
                dividers(node.path("dividers"), parts.size())));
    }

    private static List<Double> dividers(JsonNode node, int parts) {
        List<Double> dividers = new ArrayList<>();
        node.forEach(divider -> dividers.add(divider.asDouble()));
        boolean sensible = dividers.size() == parts - 1
                && dividers.stream().allMatch(divider -> divider >= 0 && divider <= 1)
                && dividers.equals(dividers.stream().sorted().toList());
        if (!sensible) {
            dividers.clear();
            for (int i = 1; i < parts; i++) {
                dividers.add((double) i / parts);
            }
        }
        return dividers;
    }
}
