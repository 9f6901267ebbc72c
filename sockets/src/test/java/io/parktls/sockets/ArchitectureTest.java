package io.parktls.sockets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Tests that dependencies point one way: from bench to sockets to core. */
final class ArchitectureTest {
    private static final JavaClasses SOCKETS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.parktls.sockets");

    @Test
    void doesNotUseBench() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.parktls.bench..")
                .check(SOCKETS);
    }

    @Test
    void doesNotUseEngines() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.bouncycastle..",
                        "io.parktls.engine.bouncycastle..",
                        "io.parktls.engine.jsse..",
                        "io.parktls.record..")
                .check(SOCKETS);
        // The adapters for JSSE verify host names by the rules of core, which exports them to this module only.
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.sockets.jsse..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.parktls.pki..")
                .check(SOCKETS);
        // An SSLContext creates engines, so its adapter names the type.
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.sockets.jsse..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javax.net.ssl.SSLEngine")
                .check(SOCKETS);
    }

    /** The adapters use the sockets, and the sockets do not use the adapters. */
    @Test
    void socketsDoNotUseAdapters() {
        noClasses()
                .that()
                .resideInAPackage("io.parktls.sockets")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.parktls.sockets.jsse")
                .check(SOCKETS);
    }
}
