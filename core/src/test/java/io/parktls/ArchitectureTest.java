package io.parktls;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Checks the dependencies of core: it uses no sockets, no threads, and no clock except the one of its context; and only
 * one package uses the library of each engine. The package that watches files is the exception: nothing else calls it
 * when a file changes.
 */
final class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importUrl(TlsContext.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void bouncyCastleStaysInItsEngineAndInTheLoaderOfIdentities() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.parktls.engine.bouncycastle..", "io.parktls.pki..", "io.parktls.ocsp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(CORE);
    }

    @Test
    void sslEngineStaysInItsEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.engine.jsse..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javax.net.ssl.SSLEngine")
                .check(CORE);
    }

    @Test
    void recordsKnowNoEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.parktls.record..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.parktls.engine..", "org.bouncycastle..")
                .check(CORE);
    }

    @Test
    void readersOfTheWireKnowNoEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.parktls.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.parktls.engine..", "org.bouncycastle..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("javax\\.net\\.ssl\\.(SSLEngine|SSLSession|SSLContext).*")
                .check(CORE);
    }

    @Test
    void enginesDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("io.parktls.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.parktls.bio..", "java.nio.channels..")
                .check(CORE);
    }

    /** JSSE's key and trust managers refer to {@code Socket} in their signatures. */
    @Test
    void noSockets() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.engine.jsse..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Server|Datagram)?Socket|java\\.nio\\.channels\\.Selector")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("io.parktls.sockets..", "io.parktls.bench..")
                .check(CORE);
    }

    @Test
    void noThreadsAreStarted() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.watch..")
                // It measures ciphers in a thread.
                .and()
                .doNotHaveFullyQualifiedName("io.parktls.record.AeadCiphers")
                .and()
                // It runs in the thread that AeadCiphers starts, and pauses between its rounds.
                .doNotHaveFullyQualifiedName("io.parktls.record.CipherMeasurement")
                .should()
                .callConstructorWhere(target(owner(assignableTo(Thread.class))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Thread.class)))
                        .and(target(nameMatching("start.*|ofVirtual|ofPlatform|sleep|yield|onSpinWait"))))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.concurrent\\.(Executor.+|ForkJoinPool|locks\\.LockSupport)")
                .check(CORE);
    }

    /** The check of the revocation status fetches over HTTP, and must not wait longer than its policy allows. */
    @Test
    void onlyTheRevocationStatusIsWaitedFor() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.parktls.revocation..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.concurrent\\.TimeUnit|java\\.net\\.http\\..*")
                .check(CORE);
    }

    @Test
    void noClockButForCertificatesWatchedFilesAndMeasuring() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.parktls.pki..", "io.parktls.revocation..", "io.parktls.watch..")
                .and()
                .doNotHaveFullyQualifiedName("io.parktls.record.CipherMeasurement")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(CORE);
    }
}
