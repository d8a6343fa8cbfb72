package org.ringside.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.ringside.trace.Trace;

/** The directions between modules and packages, and what is used nowhere. */
@AnalyzeClasses(packages = "org.ringside", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String DECODER = "org.ringside.decoder..";
    private static final String TRACE = "org.ringside.trace..";
    private static final String AGENT = "org.ringside.agent..";
    private static final String FPGA = "org.ringside.fpga..";
    private static final String APP = "org.ringside.app..";

    @ArchTest
    static final ArchRule DECODER_KNOWS_NO_OTHER_MODULE = noClasses()
            .that()
            .resideInAPackage(DECODER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TRACE, AGENT, FPGA, APP);

    @ArchTest
    static final ArchRule TRACE_KNOWS_ONLY_THE_DECODER = noClasses()
            .that()
            .resideInAPackage(TRACE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, FPGA, APP);

    @ArchTest
    static final ArchRule AGENT_DOES_NOT_KNOW_THE_FPGA = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FPGA, APP);

    @ArchTest
    static final ArchRule FPGA_DOES_NOT_KNOW_THE_AGENT = noClasses()
            .that()
            .resideInAPackage(FPGA)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, APP)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule ONLY_THE_APPLICATION_KNOWS_JAVAFX = noClasses()
            .that()
            .resideOutsideOfPackage(APP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx..");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_STARTS_WITHOUT_JAVAFX = noClasses()
            .that()
            .resideInAPackage("org.ringside.app.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx..", "org.controlsfx..", "atlantafx..");

    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_KNOWS_THE_DATABASE = noClasses()
            .that()
            .resideOutsideOfPackage("org.ringside.trace.sqlite..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..");

    /** What draws must not block: views get what they show from view-models, which read on background threads. */
    @ArchTest
    static final ArchRule VIEWS_DO_NOT_READ_TRACES = noClasses()
            .that()
            .resideInAPackage(APP)
            .and()
            .haveSimpleNameEndingWith("View")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Trace.class);

    /** A view-model is tested without a stage. */
    @ArchTest
    static final ArchRule VIEW_MODELS_KNOW_NO_SCENE_GRAPH = noClasses()
            .that()
            .haveSimpleNameEndingWith("ViewModel")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx.scene..", "javafx.stage..");

    @ArchTest
    static final ArchRule NO_REFLECTION =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("java.lang.reflect..");

    @ArchTest
    static final ArchRule ONLY_THE_LAUNCHER_ENDS_THE_PROCESS = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.ringside.app.Launcher")
            .and()
            .doNotHaveFullyQualifiedName("org.ringside.app.StartupTraining")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule STATIC_STATE_DOES_NOT_CHANGE = fields().that()
            .areStatic()
            .and()
            .doNotHaveName("$assertionsDisabled")
            .should()
            .beFinal();
}
