package org.ringside.decoder.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bit-field table of the module, found in the constants of its classes, is well formed. */
final class AllLayoutsTest {
    static Set<BitFieldLayout> layouts() throws IOException, URISyntaxException, ReflectiveOperationException {
        Path classes = Path.of(BitFieldLayout.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<BitFieldLayout> found = new LinkedHashSet<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(classes)) {
            files = walk.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.endsWith("module-info.class"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name =
                    classes.relativize(file).toString().replace(".class", "").replace('/', '.');
            for (Field field : Class.forName(name).getDeclaredFields()) {
                boolean constant = Modifier.isStatic(field.getModifiers());
                if (constant && !field.isSynthetic() && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    collect(field.get(null), found);
                }
            }
        }
        return found;
    }

    private static void collect(Object value, Set<BitFieldLayout> found) {
        switch (value) {
            case BitFieldLayout layout -> found.add(layout);
            case Collection<?> several -> several.forEach(one -> collect(one, found));
            case Map<?, ?> map -> map.values().forEach(one -> collect(one, found));
            case null, default -> {}
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void tilesItsWidthWithUniqueNames(BitFieldLayout layout) {
        assertEquals(List.of(), layout.defects());
        assertTrue(List.of(8, 16, 32, 64).contains(layout.width()), layout::name);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void saysSomethingOfEveryValueOfEveryField(BitFieldLayout layout) {
        List<String> silent = new ArrayList<>();
        for (BitField field : layout.fields()) {
            for (long word : new long[] {
                0,
                -1L,
                0x5555555555555555L,
                0xaaaaaaaaaaaaaaaaL,
                1L << field.bits().low()
            }) {
                if (field.name().isBlank() || field.describe(word).length() > 300) {
                    silent.add(field.name());
                }
            }
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void theTablesOfEachPackageAreFound() throws Exception {
        Set<String> areas = new LinkedHashSet<>();
        layouts().forEach(layout -> areas.add(layout.area()));
        assertTrue(areas.containsAll(List.of("paging", "vtd", "vmcs")), areas::toString);
    }
}
