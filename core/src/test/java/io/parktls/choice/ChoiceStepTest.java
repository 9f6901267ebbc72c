package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Interest;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsChoice;
import io.parktls.TlsChooser;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import io.parktls.choice.ChoiceEnds.Case;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.TlsEngineProvider;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step of the handshake that ends after the choice, for drivers that perform the rest in another way. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChoiceStepTest {
    private static final TlsIdentity SERVER = TestPki.server(KeyKind.ECDSA_P256);

    /** Ends steps after a choice, and knows whether foreign code may run. */
    private static final class Ending implements Waiting {
        boolean inForeignCode;
        int choices;

        TlsChooser answering(TlsChoice choice) {
            return hello -> {
                assertTrue(inForeignCode, "the driver is told before the choice");
                choices++;
                return choice;
            };
        }

        @Override
        public boolean endsStepAfterChoice() {
            return true;
        }

        @Override
        public void beforeForeignCode() {
            assertFalse(inForeignCode);
            inForeignCode = true;
        }

        @Override
        public void afterForeignCode() {
            assertTrue(inForeignCode);
            inForeignCode = false;
        }

        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }
    }

    private final Ending ending = new Ending();

    static Stream<Case> cases() {
        return ChoiceEnds.cases();
    }

    private static TlsContext client(Case settings) {
        return TestContexts.client(TlsEngineProvider.bouncyCastle(), settings.version())
                .build();
    }

    private TlsContext.Builder choosing(Case settings, TlsChoice choice) {
        return TlsContext.builder().engine(settings.engine()).choose(ending.answering(choice));
    }

    private ChoiceEnds chosen(Case settings, TlsContext server) throws Exception {
        ChoiceEnds ends = ChoiceEnds.of(client(settings), server, TestContexts.HOST);
        assertEquals(ForeignCode.CHOICE, ends.server.foreignCode());
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake(ending));
        assertEquals(Optional.of(Interest.READ), ends.server.waitingFor(), "there is no ClientHello yet");
        assertEquals(ForeignCode.CHOICE, ends.server.foreignCode());
        assertEquals(0, ending.choices);

        assertEquals(TlsStatus.WANT_READ, ends.client.doHandshake());
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake(ending));
        assertEquals(1, ending.choices);
        assertFalse(ending.inForeignCode);
        assertEquals(Optional.of(Interest.ANSWER), ends.server.waitingFor());
        assertTrue(ends.server.answer().toCompletableFuture().isDone());
        assertEquals(0, ends.server.bytesSent(), "the chosen engine has not begun");
        return ends;
    }

    private void assertCompletes(ChoiceEnds ends) throws Exception {
        ends.handshake();
        assertEquals(1, ending.choices);
        assertEquals(SERVER.chain(), ends.client.session().peerCertificates());
        assertEquals(ForeignCode.NONE, ends.server.foreignCode());
        ends.echo();
        ends.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRestOnlyComputes(Case settings) throws Exception {
        ChoiceEnds ends =
                chosen(settings, choosing(settings, TlsChoice.identity(SERVER)).build());
        assertEquals(ForeignCode.NONE, ends.server.foreignCode());
        assertCompletes(ends);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameThroughAContextWithACallbackExecutor(Case settings) throws Exception {
        ChoiceEnds ends = chosen(
                settings,
                choosing(settings, TlsChoice.identity(SERVER))
                        .callbackExecutor(Executors.newVirtualThreadPerTaskExecutor())
                        .build());
        assertEquals(ForeignCode.NONE, ends.server.foreignCode());
        assertCompletes(ends);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aChosenContextSaysWhatTheRestCalls(Case settings) throws Exception {
        TlsSigner signer = (scheme, message) -> {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(SERVER.privateKey());
            signature.update(message);
            return signature.sign();
        };
        TlsContext remote = TlsContext.builder()
                .engine(settings.engine())
                .identity(TlsIdentity.of(signer, SERVER.chain().toArray(X509Certificate[]::new)))
                .build();
        ChoiceEnds ends =
                chosen(settings, choosing(settings, TlsChoice.context(remote)).build());
        assertNotEquals(ForeignCode.NONE, ends.server.foreignCode());
        assertNotEquals(ForeignCode.CHOICE, ends.server.foreignCode());
        assertCompletes(ends);
    }
}
