package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionBindingEvent;
import javax.net.ssl.SSLSessionBindingListener;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The session of a socket, before, during and after its handshake. */
final class SessionTest {
    private interface Check {
        @Nullable
        Object of(ExtendedSSLSession session) throws Exception;
    }

    /** A fact about the session of a client without a certificate. */
    private static Fact client(String name, Check check, @Nullable Object result) {
        return fact(
                "client: " + name,
                s -> check.of(session(s.asClient().established().client())),
                result);
    }

    /** A fact about the session of a server. */
    private static Fact server(String name, Check check, @Nullable Object result) {
        return fact(
                "server: " + name,
                s -> check.of(session(s.asServer().established().server())),
                result);
    }

    private static ExtendedSSLSession session(SSLSocket socket) {
        return (ExtendedSSLSession) socket.getSession();
    }

    @TestFactory
    Stream<DynamicNode> sessions() {
        return Contract.ofEachEnd(List.of(
                client("getPeerHost()", SSLSession::getPeerHost, "example.test"),
                client("getPeerPort() is set", session -> session.getPeerPort() > 0, true),
                client("isValid()", SSLSession::isValid, true),
                client(
                        "getPeerCertificates()",
                        session -> Arrays.equals(
                                session.getPeerCertificates(),
                                Credentials.SERVER
                                        .identities()
                                        .getFirst()
                                        .chain()
                                        .toArray()),
                        true),
                client(
                        "getPeerCertificates() is an X509Certificate[]",
                        session -> session.getPeerCertificates() instanceof X509Certificate[],
                        true),
                client(
                        "getPeerCertificates() returns a copy",
                        session -> {
                            Certificate[] certificates = session.getPeerCertificates();
                            Certificate first = certificates[0];
                            Arrays.fill(certificates, null);
                            return session.getPeerCertificates()[0] == first;
                        },
                        true),
                client(
                        "getPeerPrincipal()",
                        session -> session.getPeerPrincipal().getName(),
                        "CN=test server"),
                client("getLocalCertificates()", SSLSession::getLocalCertificates, null),
                client("getLocalPrincipal()", SSLSession::getLocalPrincipal, null),
                server(
                        "getLocalCertificates()",
                        session -> Arrays.equals(
                                session.getLocalCertificates(),
                                Credentials.SERVER
                                        .identities()
                                        .getFirst()
                                        .chain()
                                        .toArray()),
                        true),
                server(
                        "getLocalCertificates() is an X509Certificate[]",
                        session -> session.getLocalCertificates() instanceof X509Certificate[],
                        true),
                server(
                        "getLocalPrincipal()",
                        session -> session.getLocalPrincipal().getName(),
                        "CN=test server"),
                server("getPeerCertificates()", SSLSession::getPeerCertificates, SSLPeerUnverifiedException.class),
                server("getPeerPrincipal()", SSLSession::getPeerPrincipal, SSLPeerUnverifiedException.class),
                client("getId() has 32 bytes", session -> session.getId().length, 32),
                client(
                        "getId() returns a copy",
                        session -> {
                            byte[] id = session.getId();
                            byte[] before = id.clone();
                            Arrays.fill(id, (byte) 0x55);
                            return Arrays.equals(before, session.getId());
                        },
                        true),
                fact(
                        "ids differ between connections",
                        s -> {
                            Meeting meeting = s.asClient();
                            return Arrays.equals(
                                    meeting.established().client().getSession().getId(),
                                    s.asClient()
                                            .established()
                                            .client()
                                            .getSession()
                                            .getId());
                        },
                        false),
                client(
                        "getCreationTime() is in this hour",
                        session -> Math.abs(System.currentTimeMillis() - session.getCreationTime()) < 3_600_000,
                        true),
                client(
                        "getLastAccessedTime() is not before the creation",
                        session -> session.getLastAccessedTime() >= session.getCreationTime(),
                        true),
                client(
                        "getPacketBufferSize() holds a record",
                        session -> session.getPacketBufferSize() >= 16_384 + 5,
                        true),
                client(
                        "getApplicationBufferSize() holds a record's data",
                        session -> session.getApplicationBufferSize() >= 16_384,
                        true),
                client(
                        "getRequestedServerNames()",
                        session -> session.getRequestedServerNames().size(),
                        1),
                server(
                        "getRequestedServerNames()",
                        session -> session.getRequestedServerNames().size(),
                        1),
                client("getStatusResponses() without stapling", ExtendedSSLSession::getStatusResponses, "[]"),
                client(
                        "getLocalSupportedSignatureAlgorithms() has ECDSA",
                        session -> Arrays.asList(session.getLocalSupportedSignatureAlgorithms())
                                .contains("SHA256withECDSA"),
                        true),
                server(
                        "getPeerSupportedSignatureAlgorithms() has ECDSA",
                        session -> Arrays.asList(session.getPeerSupportedSignatureAlgorithms())
                                .contains("SHA256withECDSA"),
                        true),
                client("getSessionContext() is not null", session -> session.getSessionContext() != null, true)
                        .factories("true|false", "there is no SSLContext"),
                client("getValueNames()", SSLSession::getValueNames, "[]"),
                client("toString() is not empty", session -> session.toString().isEmpty(), false),
                client(
                        "equal to itself and has a hash code",
                        session -> session.equals(session) && session.hashCode() == session.hashCode(),
                        true),
                client(
                        "invalidate()",
                        session -> {
                            session.invalidate();
                            return session.isValid();
                        },
                        false),
                fact(
                        "invalidate() leaves the connection",
                        s -> {
                            Meeting.Ends ends = s.asClient().established();
                            ends.client().getSession().invalidate();
                            return echoes(ends);
                        },
                        "x"),
                fact(
                        "the same session each time",
                        s -> {
                            SSLSocket socket = s.asClient().established().client();
                            return socket.getSession() == socket.getSession();
                        },
                        true),
                fact(
                        "getSession() begins the handshake",
                        s -> {
                            Meeting.Ends ends = s.asClient().connect();
                            Task<Void> serving =
                                    ThreadKind.VIRTUAL.run(() -> ends.server().startHandshake());
                            String protocol = ends.client().getSession().getProtocol();
                            serving.get();
                            return protocol.equals(s.version());
                        },
                        true),
                fact(
                        "getSession() of several threads",
                        s -> {
                            Meeting.Ends ends = s.asClient().connect();
                            Task<Void> serving =
                                    ThreadKind.VIRTUAL.run(() -> ends.server().startHandshake());
                            List<Task<SSLSession>> asking = new ArrayList<>();
                            for (int i = 0; i < 8; i++) {
                                asking.add(ThreadKind.VIRTUAL.start(
                                        () -> ends.client().getSession()));
                            }
                            long different = 0;
                            for (Task<SSLSession> task : asking) {
                                different += task.get() == ends.client().getSession() ? 0 : 1;
                            }
                            serving.get();
                            return different;
                        },
                        0),
                fact(
                        "getHandshakeSession() before the handshake",
                        s -> s.asClient().connect().client().getHandshakeSession(),
                        null),
                fact(
                        "getHandshakeSession() after the handshake",
                        s -> s.asClient().established().client().getHandshakeSession(),
                        null),
                fact(
                        "getSession() after close()",
                        s -> {
                            Meeting.Ends ends = s.asClient().established();
                            Established.closeBoth(ends.client(), ends.server());
                            return ends.client().getSession().getProtocol().equals(s.version());
                        },
                        true),
                fact(
                        "session of a closed socket without handshake",
                        s -> {
                            SSLSocket socket = s.asClient().connect().client();
                            socket.close();
                            return socket.getSession().getCipherSuite();
                        },
                        "SSL_NULL_WITH_NULL_NULL"),
                fact(
                                "startHandshake() twice",
                                s -> {
                                    Meeting.Ends ends = s.asClient().established();
                                    ends.client().startHandshake();
                                    return "returns";
                                },
                                "returns")
                        .in(Contract.TLS13),
                refused(
                        "setUseClientMode(true) after the handshake",
                        s -> s.asClient().established().client().setUseClientMode(true),
                        IllegalArgumentException.class),
                refused(
                        "setUseClientMode(false) after the handshake",
                        s -> s.asClient().established().client().setUseClientMode(false),
                        IllegalArgumentException.class),
                fact(
                        "setEnableSessionCreation(false) without a session",
                        s -> clientFailure(s.asClient().client(c -> c.setEnableSessionCreation(false))),
                        "SSLHandshakeException"),
                fact(
                        "setEnableSessionCreation(false) of a server",
                        s -> serverFailure(s.asServer().server(a -> a.setEnableSessionCreation(false))),
                        "SSLException|SSLHandshakeException")));
    }

    private static String echoes(Meeting.Ends ends) throws Exception {
        ends.client().getOutputStream().write('x');
        return String.valueOf((char) ends.server().getInputStream().read());
    }

    /** Records when it is bound to a name of a session. */
    private static final class Binding implements SSLSessionBindingListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void valueBound(SSLSessionBindingEvent event) {
            events.add("bound " + event.getName());
        }

        @Override
        public void valueUnbound(SSLSessionBindingEvent event) {
            events.add("unbound " + event.getName());
        }
    }

    @TestFactory
    Stream<DynamicNode> values() {
        return Contract.ofEachEnd(List.of(
                client(
                        "putValue, getValue",
                        session -> {
                            session.putValue("name", "value");
                            return session.getValue("name") + Observed.text(session.getValueNames());
                        },
                        "value[name]"),
                client("getValue of an unknown name", session -> session.getValue("unknown"), null),
                client(
                        "removeValue",
                        session -> {
                            session.putValue("name", "value");
                            session.removeValue("name");
                            session.removeValue("name");
                            return session.getValue("name");
                        },
                        null),
                client(
                        "putValue(null, value)",
                        session -> {
                            session.putValue(nullOf(), "value");
                            return "returns";
                        },
                        IllegalArgumentException.class),
                client(
                        "putValue(name, null)",
                        session -> {
                            session.putValue("name", nullOf());
                            return "returns";
                        },
                        IllegalArgumentException.class),
                client("getValue(null)", session -> session.getValue(nullOf()), IllegalArgumentException.class),
                client(
                        "removeValue(null)",
                        session -> {
                            session.removeValue(nullOf());
                            return "returns";
                        },
                        IllegalArgumentException.class),
                client(
                        "a value learns that it is bound and unbound",
                        session -> {
                            Binding binding = new Binding();
                            session.putValue("name", binding);
                            session.removeValue("name");
                            return binding.events;
                        },
                        "[bound name, unbound name]"),
                client(
                        "a value learns that another one takes its name",
                        session -> {
                            Binding first = new Binding();
                            Binding second = new Binding();
                            session.putValue("name", first);
                            session.putValue("name", second);
                            return first.events + " " + second.events;
                        },
                        "[bound name, unbound name] [bound name]"),
                fact(
                        "values stay with the session",
                        s -> {
                            SSLSocket socket = s.asClient().established().client();
                            socket.getSession().putValue("name", "value");
                            return socket.getSession().getValue("name");
                        },
                        "value")));
    }
}
