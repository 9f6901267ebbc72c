package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;

import io.parktls.sockets.Task;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The listeners of a handshake and their events. */
final class CompletionTest {
    @TestFactory
    Stream<DynamicNode> completion() {
        return Contract.ofEachEnd(List.of(
                event(
                        "the event's socket",
                        (event, ends) -> event.getSocket() == ends.client() && event.getSource() == ends.client(),
                        true),
                event(
                        "the event's session",
                        (event, ends) -> event.getSession() == ends.client().getSession(),
                        true),
                event(
                        "the event's suite",
                        (event, ends) -> event.getCipherSuite()
                                .equals(ends.client().getSession().getCipherSuite()),
                        true),
                event(
                        "the event's certificates",
                        (event, ends) -> event.getPeerCertificates()[0].equals(Credentials.SERVER
                                .identities()
                                .getFirst()
                                .chain()
                                .getFirst()),
                        true),
                event(
                        "the event's principal",
                        (event, ends) -> event.getPeerPrincipal().getName(),
                        "CN=test server"),
                event("the event's own certificates", (event, ends) -> event.getLocalCertificates(), null),
                fact(
                        "a server's listener",
                        s -> {
                            CompletableFuture<HandshakeCompletedEvent> event = new CompletableFuture<>();
                            Meeting.Ends ends = s.asServer()
                                    .server(a -> a.addHandshakeCompletedListener(event::complete))
                                    .established();
                            return event.get(Task.HANG.toSeconds(), TimeUnit.SECONDS)
                                            .getSocket()
                                    == ends.server();
                        },
                        true),
                fact(
                        "a removed listener is not called, others are",
                        s -> {
                            CompletableFuture<HandshakeCompletedEvent> event = new CompletableFuture<>();
                            List<String> called = new CopyOnWriteArrayList<>();
                            HandshakeCompletedListener removed = e -> called.add("removed listener");
                            s.asClient()
                                    .client(c -> {
                                        c.addHandshakeCompletedListener(removed);
                                        c.addHandshakeCompletedListener(event::complete);
                                        c.removeHandshakeCompletedListener(removed);
                                    })
                                    .established();
                            event.get(Task.HANG.toSeconds(), TimeUnit.SECONDS);
                            return called;
                        },
                        "[]")));
    }

    private interface EventCheck {
        @Nullable
        Object of(HandshakeCompletedEvent event, Meeting.Ends ends) throws Exception;
    }

    private static Fact event(String name, EventCheck check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    CompletableFuture<HandshakeCompletedEvent> event = new CompletableFuture<>();
                    Meeting.Ends ends = s.asClient()
                            .client(c -> c.addHandshakeCompletedListener(event::complete))
                            .established();
                    return check.of(event.get(Task.HANG.toSeconds(), TimeUnit.SECONDS), ends);
                },
                result);
    }
}
