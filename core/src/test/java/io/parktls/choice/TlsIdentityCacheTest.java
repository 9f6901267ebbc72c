package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientHelloInfo;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsChoice;
import io.parktls.TlsIdentity;
import io.parktls.TlsIdentityCache;
import io.parktls.TlsIdentityCache.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsIdentityCacheTest {
    private static final TlsIdentity IDENTITY = TestPki.server(KeyKind.ECDSA_P256);
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final List<String> loaded = new ArrayList<>();

    private static ClientHelloInfo hello(@Nullable String serverName) {
        return new ClientHelloInfo(
                serverName,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                null);
    }

    private TlsIdentityCache recording(int capacity) {
        return TlsIdentityCache.of(
                host -> {
                    loaded.add(host);
                    return Optional.of(IDENTITY);
                },
                capacity,
                HOUR,
                now::get);
    }

    @Test
    void loadsOnceForEachHost() throws Exception {
        TlsIdentityCache cache = recording(10);
        for (String host : List.of("a.test", "A.TEST", "a.test.", "b.test", "a.test")) {
            assertEquals(TlsChoice.identity(IDENTITY), cache.choose(hello(host)));
        }
        assertEquals(List.of("a.test", "b.test"), loaded);
        assertEquals(new Statistics(3, 2, 0), cache.statistics());
    }

    @Test
    void loadsAgainAfterItsAge() throws Exception {
        TlsIdentityCache cache = recording(10);
        cache.choose(hello("a.test"));
        now.set(now.get().plus(HOUR).minusSeconds(1));
        cache.choose(hello("a.test"));
        assertEquals(1, loaded.size());
        now.set(now.get().plusSeconds(1));
        cache.choose(hello("a.test"));
        assertEquals(2, loaded.size());
    }

    @Test
    void loadsAgainWhenTheCertificateHasExpired() throws Exception {
        TlsIdentityCache cache = recording(10);
        Instant expiry = IDENTITY.chain().getFirst().getNotAfter().toInstant();
        now.set(expiry.minusSeconds(10));
        cache.choose(hello("a.test"));
        cache.choose(hello("a.test"));
        assertEquals(1, loaded.size());
        now.set(expiry);
        cache.choose(hello("a.test"));
        assertEquals(2, loaded.size());
    }

    @Test
    void evictsTheLeastRecentlyUsed() throws Exception {
        TlsIdentityCache cache = recording(2);
        for (String host : List.of("a.test", "b.test", "a.test", "c.test", "a.test", "b.test")) {
            cache.choose(hello(host));
        }
        assertEquals(List.of("a.test", "b.test", "c.test", "b.test"), loaded);
        assertEquals("TlsIdentityCache[2 identities]", cache.toString());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"192.0.2.1", "::1", "../../etc", "a b", "", ".", "a..b"})
    void refusesOtherNames(@Nullable String name) throws Exception {
        TlsChoice choice = recording(10).choose(hello(name));
        assertEquals(
                TlsAlert.UNRECOGNIZED_NAME,
                assertInstanceOf(TlsChoice.Refusal.class, choice).alert());
        assertEquals(List.of(), loaded);
    }

    @Test
    void refusesHostsWithoutIdentity() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        TlsIdentityCache cache = TlsIdentityCache.of(
                host -> {
                    calls.incrementAndGet();
                    return Optional.empty();
                },
                10,
                HOUR);
        for (int i = 1; i <= 2; i++) {
            TlsChoice choice = cache.choose(hello("a.test"));
            assertEquals(
                    TlsAlert.UNRECOGNIZED_NAME,
                    assertInstanceOf(TlsChoice.Refusal.class, choice).alert());
            assertEquals(i, calls.get(), "a refusal is not remembered");
        }
    }

    @Test
    void triesAgainAfterAFailure() throws Exception {
        List<TlsIdentityCache.Loader> loaders = new ArrayList<>(List.of(
                host -> {
                    throw new IOException("down");
                },
                host -> {
                    throw new AssertionError("broken");
                },
                host -> null,
                host -> Optional.of(IDENTITY)));
        TlsIdentityCache cache =
                TlsIdentityCache.of(host -> loaders.removeFirst().load(host), 10, HOUR);
        assertThrows(IOException.class, () -> cache.choose(hello("a.test")));
        assertThrows(AssertionError.class, () -> cache.choose(hello("a.test")));
        assertThrows(IllegalStateException.class, () -> cache.choose(hello("a.test")));
        assertEquals(TlsChoice.identity(IDENTITY), cache.choose(hello("a.test")));
        assertEquals(new Statistics(0, 4, 3), cache.statistics());
    }

    @Test
    void oneCallAtATimeForEachHost() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        TlsIdentityCache cache = TlsIdentityCache.of(
                host -> {
                    calls.incrementAndGet();
                    entered.countDown();
                    released.await();
                    return Optional.of(IDENTITY);
                },
                10,
                HOUR);
        List<FutureTask<TlsChoice>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            FutureTask<TlsChoice> task = new FutureTask<>(() -> cache.choose(hello("a.test")));
            Thread.ofVirtual().start(task);
            tasks.add(task);
        }
        assertTrue(entered.await(60, TimeUnit.SECONDS));
        released.countDown();
        for (FutureTask<TlsChoice> task : tasks) {
            assertEquals(TlsChoice.identity(IDENTITY), task.get(60, TimeUnit.SECONDS));
        }
        assertEquals(1, calls.get());
    }

    /** A handshake whose deadline passes while it loads does not fail the others that wait for the identity. */
    @Test
    void interruptedCallIsRepeatedByAnother() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        TlsIdentityCache cache = TlsIdentityCache.of(
                host -> {
                    if (calls.incrementAndGet() == 1) {
                        entered.countDown();
                        new CountDownLatch(1).await();
                    }
                    return Optional.of(IDENTITY);
                },
                10,
                HOUR);
        FutureTask<TlsChoice> first = new FutureTask<>(() -> cache.choose(hello("a.test")));
        Thread firstThread = Thread.ofVirtual().start(first);
        assertTrue(entered.await(60, TimeUnit.SECONDS));
        FutureTask<TlsChoice> second = new FutureTask<>(() -> cache.choose(hello("a.test")));
        Thread secondThread = Thread.ofVirtual().start(second);
        while (secondThread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        firstThread.interrupt();
        assertEquals(TlsChoice.identity(IDENTITY), second.get(60, TimeUnit.SECONDS));
        assertThrows(Exception.class, () -> first.get(60, TimeUnit.SECONDS));
        assertEquals(2, calls.get());
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> TlsIdentityCache.of(host -> Optional.empty(), 0, HOUR));
        assertThrows(
                IllegalArgumentException.class, () -> TlsIdentityCache.of(host -> Optional.empty(), 1, Duration.ZERO));
    }
}
