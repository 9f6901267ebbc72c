package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.resumption.AdjustableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.logging.log4j.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which content of watched files is used, and how failures are reported. The test performs the checks itself. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WatchedIdentityTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final char[] PASSWORD = "correct horse".toCharArray();

    /** The thread of the watches performs no check during a test. */
    private static final WatchOptions OPTIONS = WatchOptions.DEFAULT.withInterval(Duration.ofDays(1));

    /** Authorities of the chains, so that a chain may be cut after its first certificate. */
    private static final TestCertificate INTERMEDIATE =
            TestCertificate.of(KIND, "Test CA of watched files").authority().issuedBy(TestPki.authority(KIND));

    private static final List<TlsIdentity> IDENTITIES =
            List.of(identity("first"), identity("second"), identity("third"));

    @TempDir
    private Path directory;

    private final AdjustableClock clock = new AdjustableClock();
    private final Events events = new Events();
    private @Nullable WatchedIdentity opened;

    /** Records the calls of a listener. */
    private static final class Events implements WatchListener<TlsIdentity> {
        final List<String> failures = new ArrayList<>();
        final List<Instant> expiries = new ArrayList<>();
        int renewals;

        @Override
        public void renewed(TlsIdentity former, TlsIdentity current) {
            assertNotEquals(former.chain(), current.chain());
            renewals++;
        }

        @Override
        public void failed(String reason) {
            failures.add(reason);
        }

        @Override
        public void expires(Instant expiry) {
            expiries.add(expiry);
        }
    }

    @BeforeEach
    void setClockToAWholeSecond() {
        // The times in certificates have no fractions.
        clock.move(Duration.ofMillis(-(clock.instant().toEpochMilli() % 1000)));
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static TlsIdentity identity(String subject) {
        return TestCertificate.of(KIND, subject)
                .names(TestContexts.HOST)
                .issuedBy(INTERMEDIATE)
                .identity();
    }

    private TlsIdentity validFor(Duration from, Duration until) {
        return TestCertificate.of(KIND, "valid from " + from + " to " + until)
                .validity(clock.instant().plus(from), clock.instant().plus(until))
                .issuedBy(INTERMEDIATE)
                .identity();
    }

    private Path chain() {
        return directory.resolve("chain.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    private void write(TlsIdentity identity) throws IOException {
        writeChain(identity);
        writeKey(identity);
    }

    private void writeChain(TlsIdentity identity) throws IOException {
        Files.writeString(chain(), TestPki.pem(identity.chain()));
    }

    private void writeKey(TlsIdentity identity) throws IOException {
        Files.writeString(key(), LoadedIdentities.keyPem(identity));
    }

    private WatchedIdentity watch(IdentityFiles files) throws IOException {
        WatchedIdentity watched = WatchedIdentity.open(files, OPTIONS, clock);
        watched.addListener(events);
        opened = watched;
        return watched;
    }

    private WatchedIdentity watch(TlsIdentity first) throws IOException {
        write(first);
        return watch(IdentityFiles.pem(chain(), key(), null));
    }

    /** Performs as many checks as content needs to be used or reported. */
    private static void checkTwice(WatchedIdentity watched) {
        watched.check();
        watched.check();
    }

    private static void assertUses(TlsIdentity expected, WatchedIdentity watched) {
        LoadedIdentities.assertSame(expected, watched.current());
    }

    // ---- ways to replace files

    @ParameterizedTest
    @EnumSource
    void eachWayToReplaceFilesIsNoticedAndNoStateInBetweenIsUsed(Replacement replacement) throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        TlsIdentity former = IDENTITIES.getFirst();
        // The first replacement may find other kinds of files than the second, for instance no links.
        for (TlsIdentity next : IDENTITIES.subList(1, 3)) {
            TlsIdentity kept = former;
            replacement.replacePem(directory, next, () -> {
                watched.check();
                assertUses(next.chain().equals(watched.current().chain()) ? next : kept, watched);
            });
            checkTwice(watched);
            assertUses(next, watched);
            former = next;
        }
        assertEquals(2, watched.statistics().renewals());
        assertEquals(2, events.renewals);
        assertTrue(watched.statistics().upToDate());
    }

    @ParameterizedTest
    @EnumSource
    void noStateInBetweenIsUsedHoweverLongItLasts(Replacement replacement) throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        TlsIdentity next = IDENTITIES.get(1);
        replacement.replacePem(directory, next, () -> {
            checkTwice(watched);
            watched.check();
            boolean renewed = next.chain().equals(watched.current().chain());
            assertUses(renewed ? next : IDENTITIES.getFirst(), watched);
            assertEquals(renewed ? 1 : 0, watched.statistics().renewals());
        });
        checkTwice(watched);
        assertUses(next, watched);
        assertEquals(1, events.renewals);
        assertEquals(List.copyOf(new LinkedHashSet<>(events.failures)), events.failures, "once each");
    }

    @ParameterizedTest
    @EnumSource
    void keyStoresAreRenewed(Replacement replacement) throws Exception {
        Path file = directory.resolve("store.p12");
        Files.write(file, keyStore(IDENTITIES.getFirst()));
        WatchedIdentity watched = watch(IdentityFiles.keyStore(file, PASSWORD));
        TlsIdentity next = IDENTITIES.get(1);
        replacement.replace(file, keyStore(next), () -> {
            checkTwice(watched);
            assertUses(next.chain().equals(watched.current().chain()) ? next : IDENTITIES.getFirst(), watched);
        });
        checkTwice(watched);
        assertUses(next, watched);
        assertEquals(1, events.renewals);
    }

    private static byte[] keyStore(TlsIdentity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "main", identity.privateKey(), PASSWORD, identity.chain().toArray(Certificate[]::new));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        return bytes.toByteArray();
    }

    @Test
    void aFileWithChainAndKeyIsRenewed() throws Exception {
        Files.writeString(chain(), both(IDENTITIES.getFirst()));
        WatchedIdentity watched = watch(IdentityFiles.pem(chain(), chain(), null));
        String next = both(IDENTITIES.get(1));
        for (int length = 0; length < next.length(); length += 61) {
            Files.writeString(chain(), next.substring(0, length));
            checkTwice(watched);
            assertUses(IDENTITIES.getFirst(), watched);
        }
        Files.writeString(chain(), next);
        checkTwice(watched);
        assertUses(IDENTITIES.get(1), watched);
    }

    private static String both(TlsIdentity identity) {
        return TestPki.pem(identity.chain()) + LoadedIdentities.keyPem(identity);
    }

    @Test
    void aKeyThatStaysMatchesOnlyCompleteChains() throws Exception {
        var pair = KIND.generate();
        TestCertificate.Builder certificate =
                TestCertificate.of(KIND, "same key").names(TestContexts.HOST).keyPair(pair);
        TlsIdentity former = certificate.issuedBy(INTERMEDIATE).identity();
        TlsIdentity next = certificate.issuedBy(INTERMEDIATE).identity();
        WatchedIdentity watched = watch(former);
        String text = TestPki.pem(next.chain());
        for (int length = 0; length < text.length() - 1; length++) {
            // At each length near the boundaries of a block, and at some others.
            boolean boundary = text.lastIndexOf("-----", length) > length - 30;
            if (boundary || length % 97 == 0) {
                Files.writeString(chain(), text.substring(0, length));
                checkTwice(watched);
                assertUses(former, watched);
            }
        }
        Files.writeString(chain(), text);
        checkTwice(watched);
        assertUses(next, watched);
    }

    @Test
    void anEncryptedKeyIsRenewedWithTheSamePassphrase() throws Exception {
        TlsIdentity first = IDENTITIES.getFirst();
        writeChain(first);
        Files.writeString(key(), encrypted(first));
        char[] passphrase = KeyForms.PASSPHRASE.toCharArray();
        WatchedIdentity watched = watch(IdentityFiles.pem(chain(), key(), passphrase));
        Arrays.fill(passphrase, 'x');
        writeChain(IDENTITIES.get(1));
        Files.writeString(key(), encrypted(IDENTITIES.get(1)));
        checkTwice(watched);
        assertUses(IDENTITIES.get(1), watched);
        assertFalse(watched.toString().contains("horse"));
    }

    private static String encrypted(TlsIdentity identity) throws Exception {
        return KeyForms.encryptedPkcs8(identity.privateKey());
    }

    @Test
    void otherTextInTheFileIsNoRenewal() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        Files.writeString(chain(), "# a comment\n" + Files.readString(chain()));
        checkTwice(watched);
        assertEquals(0, watched.statistics().renewals());
        assertTrue(watched.statistics().upToDate());
    }

    // ---- when content is used

    @Test
    void contentIsUsedWhenTwoChecksInARowHaveFoundIt() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        write(IDENTITIES.get(1));
        watched.check();
        assertUses(IDENTITIES.getFirst(), watched);
        assertFalse(watched.statistics().upToDate());
        write(IDENTITIES.get(2));
        watched.check();
        assertUses(IDENTITIES.getFirst(), watched);
        watched.check();
        assertUses(IDENTITIES.get(2), watched);
        assertEquals(List.of(), events.failures);
        WatchStatistics statistics = watched.statistics();
        assertEquals(clock.instant(), statistics.lastRenewal());
        assertEquals(IDENTITIES.get(2).chain().getFirst().getNotAfter().toInstant(), statistics.expiry());
        assertEquals(4, statistics.checks());
    }

    @Test
    void refreshUsesContentAtOnce() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        assertTrue(watched.refresh());
        write(IDENTITIES.get(1));
        assertTrue(watched.refresh());
        assertUses(IDENTITIES.get(1), watched);
        writeKey(IDENTITIES.get(2));
        assertFalse(watched.refresh());
        assertUses(IDENTITIES.get(1), watched);
        assertEquals(1, events.failures.size());
    }

    @Test
    void anInterruptedThreadDoesNotTakeTheFilesForUnreadable() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        write(IDENTITIES.get(1));
        Thread.currentThread().interrupt();
        watched.refresh();
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), events.failures);
        assertTrue(watched.refresh());
        assertUses(IDENTITIES.get(1), watched);
    }

    @Test
    void nothingIsUsedAfterClose() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        watched.close();
        write(IDENTITIES.get(1));
        checkTwice(watched);
        assertFalse(watched.refresh());
        assertUses(IDENTITIES.getFirst(), watched);
        watched.close();
    }

    @Test
    void theFirstContentIsLoadedAsByTheMethodsThatDoNotWatch() throws Exception {
        assertThrows(NoSuchFileException.class, () -> TlsIdentity.watch(chain(), key()));
        writeChain(IDENTITIES.getFirst());
        writeKey(IDENTITIES.get(1));
        LoadedIdentities.assertInvalid("does not match", () -> TlsIdentity.watch(chain(), key()));
        Files.writeString(key(), "no key");
        LoadedIdentities.assertInvalid("key.pem: not PEM", () -> TlsIdentity.watch(chain(), key()));
        Files.write(chain(), keyStore(IDENTITIES.getFirst()));
        LoadedIdentities.assertInvalid("wrong password", () -> TlsIdentity.watchKeyStore(chain(), "no".toCharArray()));
    }

    // ---- what is kept out

    @Test
    void aPairThatDoesNotMatchIsReportedOnceAndUsedWhenItMatches() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        try (Logged log = Logged.of(Watched.class, Level.INFO)) {
            writeKey(IDENTITIES.get(1));
            watched.check();
            assertEquals(List.of(), log.lines());
            for (int i = 0; i < 5; i++) {
                watched.check();
            }
            assertEquals(1, log.lines().size(), log::toString);
            assertTrue(log.lines().getFirst().startsWith("WARN "), log::toString);
            assertTrue(log.lines().getFirst().contains("does not match the certificate"), log::toString);
            assertEquals(1, events.failures.size());
            assertEquals(1, watched.statistics().failures());
            assertEquals(events.failures.getFirst(), watched.statistics().lastFailure());
            assertFalse(watched.statistics().upToDate());

            writeChain(IDENTITIES.get(1));
            checkTwice(watched);
            assertUses(IDENTITIES.get(1), watched);
            assertEquals(2, log.lines().size(), log::toString);
            String renewed = log.lines().get(1);
            assertTrue(renewed.startsWith("INFO ") && renewed.contains("CN=second"), log::toString);
            assertTrue(renewed.contains("CN=first"), log::toString);
        }
    }

    @Test
    void aCertificateForOtherHostsIsUsedWithAWarning() throws Exception {
        WatchedIdentity watched = watch(named("a.x.test", "*.b.test", "c.x.test", "192.0.2.1", "192.0.2.2"));
        try (Logged log = Logged.of(Watched.class, Level.WARN)) {
            TlsIdentity more = named("c.x.test", "*.b.test", "A.x.test", "d.test", "192.0.2.2", "192.0.2.1");
            write(more);
            checkTwice(watched);
            assertUses(more, watched);
            assertEquals(List.of(), log.lines());

            TlsIdentity others = named("*.x.test", "192.0.2.1");
            write(others);
            checkTwice(watched);
            assertUses(others, watched);
            assertEquals(1, log.lines().size(), log::toString);
            assertTrue(
                    log.lines()
                            .getFirst()
                            .contains("the new certificate is not for *.b.test, d.test, 192.0.2.2, which"),
                    log::toString);
        }
    }

    private static TlsIdentity named(String... hosts) {
        return TestCertificate.of(KIND, "named")
                .names(hosts)
                .issuedBy(INTERMEDIATE)
                .identity();
    }

    @Test
    void distinctFailuresAreReportedOnceEachUntilTheContentIsBack() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < 3; i++) {
                Files.delete(key());
                checkTwice(watched);
                Files.writeString(key(), "-----BEGIN PRIVATE KEY-----\nMIGH");
                checkTwice(watched);
            }
            assertEquals(2 * round, events.failures.size(), events.failures::toString);
            assertTrue(events.failures.get(2 * round - 2).contains("key.pem cannot be read: the file does not exist"));
            assertFalse(events.failures.toString().contains("MIGH"), "the content of the key file");
            writeKey(IDENTITIES.getFirst());
            watched.check();
            assertTrue(watched.statistics().upToDate());
        }
        assertEquals(0, events.renewals);
    }

    @Test
    void filesThatNeverComeToRestAreReported() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        for (int i = 0; i < 20; i++) {
            Files.writeString(
                    chain(), "#" + i + "\n" + TestPki.pem(IDENTITIES.get(1).chain()));
            watched.check();
        }
        assertEquals(1, events.failures.size());
        assertTrue(events.failures.getFirst().contains("found other content"), events.failures::toString);
    }

    @Test
    void directoriesAndForbiddenFilesAreReported() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        Files.delete(chain());
        Files.createDirectory(chain());
        checkTwice(watched);
        assertEquals(1, events.failures.size());
        assertTrue(events.failures.getFirst().contains("chain.pem cannot be read: "));
        assertUses(IDENTITIES.getFirst(), watched);
    }

    @Test
    void anExpiredPairDoesNotReplaceAValidOne() throws Exception {
        WatchedIdentity watched = watch(validFor(Duration.ofDays(-1), Duration.ofDays(10)));
        TlsIdentity expired = validFor(Duration.ofDays(-10), Duration.ofDays(-1));
        write(expired);
        checkTwice(watched);
        assertEquals(0, events.renewals);
        assertTrue(events.failures.getFirst().contains("has expired"), events.failures::toString);

        clock.move(Duration.ofDays(11));
        watched.check();
        assertUses(expired, watched);
    }

    @Test
    void aPairIsUsedFromTheBeginningOfItsValidityOn() throws Exception {
        WatchedIdentity watched = watch(validFor(Duration.ofDays(-1), Duration.ofDays(10)));
        TlsIdentity next = validFor(Duration.ofHours(1), Duration.ofDays(20));
        write(next);
        checkTwice(watched);
        watched.check();
        assertEquals(0, events.renewals);
        assertEquals(1, events.failures.size());
        assertTrue(events.failures.getFirst().contains("is not valid before"), events.failures::toString);

        clock.move(Duration.ofHours(2));
        watched.check();
        assertUses(next, watched);
    }

    @Test
    void aChainWithoutTheIssuerThatTheFormerOneHadIsReported() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        writeKey(IDENTITIES.get(1));
        Files.writeString(chain(), TestPki.pem(IDENTITIES.get(1).chain().subList(0, 1)));
        checkTwice(watched);
        assertUses(IDENTITIES.getFirst(), watched);
        assertTrue(events.failures.getFirst().contains("lacks the certificate of its issuer"));
        // A certificate that the root issued itself needs no intermediate.
        TlsIdentity direct = TestPki.server(KIND);
        write(direct);
        checkTwice(watched);
        assertUses(direct, watched);
    }

    @Test
    void listenersThatFailDoNotStopTheWatch() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        watched.removeListener(events);
        watched.addListener(new WatchListener<TlsIdentity>() {
            @Override
            public void renewed(TlsIdentity former, TlsIdentity current) {
                throw new AssertionError("thrown by a listener");
            }
        });
        watched.addListener(events);
        write(IDENTITIES.get(1));
        checkTwice(watched);
        write(IDENTITIES.get(2));
        checkTwice(watched);
        assertEquals(2, events.renewals);
        assertUses(IDENTITIES.get(2), watched);
    }

    // ---- expiry

    @Test
    void theExpiryIsReportedWellBeforeItAndOnceADay() throws Exception {
        WatchedIdentity watched = watch(validFor(Duration.ZERO, Duration.ofDays(9)));
        List<Integer> hours = reportedHours(watched, 24 * 11);
        // A third of 9 days before the end; one day before it; at the end; and every day.
        assertEquals(List.of(6 * 24, 7 * 24, 8 * 24, 9 * 24, 9 * 24 + 1, 10 * 24 + 1), hours);
        assertEquals(watched.statistics().expiry(), events.expiries.getFirst());
        write(validFor(Duration.ofDays(-1), Duration.ofDays(90)));
        checkTwice(watched);
        // 30 days before the end, because a third of the validity is longer.
        assertEquals(List.of(60 * 24), reportedHours(watched, 60 * 24));
    }

    private List<Integer> reportedHours(WatchedIdentity watched, int hours) {
        List<Integer> reported = new ArrayList<>();
        for (int hour = 0; hour <= hours; hour++) {
            int before = events.expiries.size();
            watched.check();
            if (events.expiries.size() > before) {
                reported.add(hour);
            }
            clock.move(Duration.ofHours(1));
        }
        return reported;
    }

    @Test
    void theTimeOfTheFirstReportCanBeSet() throws Exception {
        write(validFor(Duration.ZERO, Duration.ofDays(90)));
        WatchedIdentity watched = WatchedIdentity.open(
                IdentityFiles.pem(chain(), key(), null), OPTIONS.withExpiryWarning(Duration.ofDays(2)), clock);
        opened = watched;
        watched.addListener(events);
        assertEquals(List.of(88 * 24), reportedHours(watched, 88 * 24));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withExpiryWarning(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withInterval(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withInterval(Duration.ofDays(2)));
    }

    // ---- flight recorder

    @Test
    void renewalsAndFailuresAreRecorded() throws Exception {
        WatchedIdentity watched = watch(IDENTITIES.getFirst());
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.parktls.CertificateRenewal");
            recording.start();
            writeKey(IDENTITIES.get(1));
            checkTwice(watched);
            writeChain(IDENTITIES.get(1));
            checkTwice(watched);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> recorded = RecordingFile.readAllEvents(file);
        assertEquals(2, recorded.size(), recorded::toString);
        RecordedEvent failure = recorded.getFirst();
        assertFalse(failure.getBoolean("renewed"));
        assertEquals("CN=first", failure.getString("subject"));
        assertTrue(failure.getString("failure").contains("does not match"));
        RecordedEvent renewal = recorded.getLast();
        assertTrue(renewal.getBoolean("renewed"));
        assertNull(renewal.getString("failure"));
        assertTrue(renewal.getString("files").contains("chain.pem"));
        assertEquals(
                IDENTITIES.get(1).chain().getFirst().getSerialNumber().toString(16), renewal.getString("serialNumber"));
        assertEquals(watched.statistics().expiry(), renewal.getInstant("expiry"));
    }
}
