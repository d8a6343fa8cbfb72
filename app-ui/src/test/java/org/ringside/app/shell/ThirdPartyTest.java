package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.Repository;

class ThirdPartyTest {
    private static final Pattern DEPENDENCY = Pattern.compile(
            "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>(.*?)</dependency>",
            Pattern.DOTALL);

    /** Artifacts that come with one that a module asks for. */
    private static final Set<String> TRANSITIVE = Set.of(
            "javafx-base", "javafx-graphics", "ikonli-core", "jackson-annotations", "jackson-core", "logback-core");

    /** What the modules and their parent depend on at run time. */
    private static Set<String> dependencies() throws IOException {
        Set<String> found = new TreeSet<>();
        String parent = Files.readString(Repository.root().resolve("pom.xml"));
        collect(
                parent.replaceAll("(?s)<dependencyManagement>.*?</dependencyManagement>", "")
                        .replaceAll("(?s)<build>.*", ""),
                found);
        Matcher module = Pattern.compile("<module>([^<]+)</module>").matcher(parent);
        while (module.find()) {
            Path pom = Repository.root().resolve(module.group(1)).resolve("pom.xml");
            collect(Files.readString(pom).replaceAll("(?s)<build>.*", ""), found);
        }
        return found;
    }

    private static void collect(String pom, Set<String> found) {
        Matcher dependency = DEPENDENCY.matcher(pom);
        while (dependency.find()) {
            boolean ours = dependency.group(1).equals("org.ringside")
                    || dependency.group(1).equals("${project.groupId}");
            boolean delivered = !dependency.group(3).contains("<scope>test</scope>")
                    && !dependency.group(3).contains("<scope>provided</scope>");
            if (!ours && delivered) {
                found.add(dependency.group(2));
            }
        }
    }

    @Test
    void listsWhatTheModulesDependOnAndNothingElse() throws IOException {
        Set<String> listed = ThirdParty.all().stream()
                .flatMap(party -> party.artifacts().stream())
                .filter(artifact -> !TRANSITIVE.contains(artifact))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> dependencies = dependencies();
        dependencies.removeAll(TRANSITIVE);
        assertEquals(dependencies, listed);
    }

    @Test
    void everyEntryHasALicenceAndItsHolder() {
        for (ThirdParty party : ThirdParty.all()) {
            assertFalse(party.licence().isEmpty(), party.name());
            assertFalse(party.copyright().isEmpty(), party.name());
            assertEquals(party.artifacts().isEmpty(), party.version().isEmpty(), party.name());
        }
        assertTrue(ThirdParty.all().getFirst().text().startsWith("OpenJFX "));
    }
}
