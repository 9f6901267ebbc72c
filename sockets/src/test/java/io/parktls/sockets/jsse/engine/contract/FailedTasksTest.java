package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.ClosingTest.wrapsToTheEnd;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;

import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Observed;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** After a task that failed, the next call throws, whichever it is, and then {@code wrap} has the alert. */
final class FailedTasksTest {
    @TestFactory
    Stream<DynamicNode> failedTasks() {
        return EngineContract.ofBothRoles(List.of(
                refusing("wrap throws", session -> thrown(session.tested(), true), "SSLHandshakeException"),
                refusing("unwrap throws", session -> thrown(session.tested(), false), "SSLHandshakeException"),
                refusing(
                        "wrap throws, then it has the alert",
                        session -> {
                            thrown(session.tested(), true);
                            return wrapsToTheEnd(session.tested());
                        },
                        "something, then CLOSED"),
                refusing(
                        "unwrap throws, then wrap has the alert",
                        session -> {
                            thrown(session.tested(), false);
                            return wrapsToTheEnd(session.tested());
                        },
                        "something, then CLOSED"),
                refusing(
                        "the exception is thrown once",
                        session -> {
                            thrown(session.tested(), true);
                            wrapsToTheEnd(session.tested());
                            return thrown(session.tested(), false);
                        },
                        "CLOSED 0 0")));
    }

    /** The tested end refuses its peer's certificate in a task, which has just run. */
    private static EngineFact refusing(String name, EngineFact.Check check, String expected) {
        return fact(
                "after a failed task: " + name,
                s -> {
                    AtomicBoolean asked = new AtomicBoolean();
                    RecordingManagers distrust = new RecordingManagers() {
                        @Override
                        void add(String method, @Nullable SSLEngine engine) {
                            asked.set(true);
                        }
                    };
                    X509ExtendedTrustManager trust = distrust.distrust(new CertificateException("no"));
                    EnginePair pair = s.pair().server(engine -> engine.setNeedClientAuth(true));
                    EngineSession session = (s.isClient()
                                    ? pair.clientHas(Credentials.CLIENT.with(trust))
                                    : pair.clientHas(Credentials.CLIENT).serverHas(Credentials.SERVER.with(trust)))
                            .connect();
                    session.begin();
                    while (!asked.get()) {
                        session.tested().step();
                        if (!asked.get()) {
                            session.peer().step();
                        }
                    }
                    return check.of(session);
                },
                expected);
    }

    private static String thrown(End end, boolean wrap) {
        try {
            return CheckedCalls.text(wrap ? end.wrap() : end.unwrap());
        } catch (SSLException e) {
            return Observed.text(e);
        }
    }
}
