package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.allowed;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;

import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The setters and getters of a client socket that is not connected. */
final class SocketSettingsTest {
    private static final String AES_13 = "TLS_AES_128_GCM_SHA256";
    private static final String AES_12 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final String CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
    private static final HandshakeCompletedListener LISTENER = event -> {};

    @TestFactory
    Stream<DynamicNode> protocols() {
        return Contract.ofOneEnd(List.of(
                fact("getEnabledProtocols()", s -> sorted(s.unconnected().getEnabledProtocols()), "[TLSv1.2, TLSv1.3]"),
                fact(
                        "getSupportedProtocols() has TLSv1.2 and TLSv1.3",
                        s -> Arrays.asList(s.unconnected().getSupportedProtocols())
                                .containsAll(List.of("TLSv1.2", "TLSv1.3")),
                        true),
                protocols("[TLSv1.3]", "TLSv1.3"),
                protocols("[TLSv1.2]", "TLSv1.2"),
                protocols("[TLSv1.2, TLSv1.3]", "TLSv1.2", "TLSv1.3"),
                protocols("[TLSv1.2, TLSv1.3]", "TLSv1.3", "TLSv1.2"),
                protocols("[TLSv1.1, TLSv1.2]", "TLSv1.1", "TLSv1.2").ours("[TLSv1.2]", NO_OLD_VERSION),
                protocols("[TLSv1, TLSv1.1, TLSv1.2, TLSv1.3]", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
                        .ours("[TLSv1.2, TLSv1.3]", NO_OLD_VERSION),
                protocols("[SSLv2Hello, TLSv1.2]", "SSLv2Hello", "TLSv1.2").ours("[TLSv1.2]", NO_OLD_VERSION),
                protocols("[SSLv3, TLSv1.2]", "SSLv3", "TLSv1.2").ours("[TLSv1.2]", NO_OLD_VERSION),
                protocols("IllegalArgumentException", "TLSv1.4"),
                protocols("IllegalArgumentException", "TLSv1.2", "nonsense"),
                protocols("IllegalArgumentException", "tlsv1.2"),
                protocols("IllegalArgumentException", "TLSv1.2", ""),
                protocols("[]").ours("[]|IllegalArgumentException", NOTHING_REMAINS),
                refused(
                        "setEnabledProtocols(null)",
                        s -> s.unconnected().setEnabledProtocols(nullOf()),
                        IllegalArgumentException.class),
                refused(
                        "setEnabledProtocols({null})",
                        s -> s.unconnected().setEnabledProtocols(new String[] {nullOf()}),
                        IllegalArgumentException.class),
                fact(
                        "getEnabledProtocols() returns a copy",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.getEnabledProtocols()[0] = "changed";
                            return Arrays.asList(socket.getEnabledProtocols()).contains("changed");
                        },
                        false),
                fact(
                        "setEnabledProtocols copies its argument",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            String[] names = {"TLSv1.2"};
                            socket.setEnabledProtocols(names);
                            names[0] = "TLSv1.3";
                            return socket.getEnabledProtocols();
                        },
                        "[TLSv1.2]")));
    }

    static final String NOTHING_REMAINS = "an empty setting cannot negotiate anything, and ParkTLS may say so at once";
    private static final String NO_OLD_VERSION = "ParkTLS does not speak versions before TLS 1.2";

    private static Fact protocols(String result, String... names) {
        return fact(
                "setEnabledProtocols(" + Arrays.toString(names) + ")",
                s -> {
                    SSLSocket socket = s.unconnected();
                    socket.setEnabledProtocols(names);
                    return sorted(socket.getEnabledProtocols());
                },
                result);
    }

    private static List<String> sorted(String[] names) {
        return Arrays.stream(names).sorted().toList();
    }

    /** Returns null where the declared type does not allow it, as callers without null checks do. */
    @SuppressWarnings("NullAway")
    static <T> T nullOf() {
        @Nullable T none = null;
        return none;
    }

    @TestFactory
    Stream<DynamicNode> cipherSuites() {
        return Contract.ofOneEnd(List.of(
                has("getEnabledCipherSuites()", SSLSocket::getEnabledCipherSuites, AES_13, true),
                has("getEnabledCipherSuites()", SSLSocket::getEnabledCipherSuites, AES_12, true),
                has("getSupportedCipherSuites()", SSLSocket::getSupportedCipherSuites, AES_13, true),
                has("getSupportedCipherSuites()", SSLSocket::getSupportedCipherSuites, AES_12, true),
                has("getSupportedCipherSuites()", SSLSocket::getSupportedCipherSuites, "TLS_AES_256_GCM_SHA384", true),
                has(
                        "getSupportedCipherSuites()",
                        SSLSocket::getSupportedCipherSuites,
                        "TLS_CHACHA20_POLY1305_SHA256",
                        true),
                suites("[" + AES_13 + "]", AES_13),
                suites("[" + AES_12 + "]", AES_12),
                suites("[" + AES_12 + ", " + AES_13 + "]", AES_12, AES_13),
                suites("[" + AES_13 + ", " + AES_12 + "]", AES_13, AES_12),
                suites("[" + CBC + ", " + AES_13 + "]", CBC, AES_13).ours("[" + AES_13 + "]", NO_CBC),
                suites(
                                "[" + AES_13 + ", TLS_EMPTY_RENEGOTIATION_INFO_SCSV]",
                                AES_13,
                                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV")
                        .ours("[" + AES_13 + "]", "a signal and not a suite: ParkTLS always sends the extension"),
                suites("[TLS_RSA_WITH_AES_128_GCM_SHA256, " + AES_12 + "]", "TLS_RSA_WITH_AES_128_GCM_SHA256", AES_12)
                        .ours("[" + AES_12 + "]", "ParkTLS has no key exchange without forward secrecy"),
                suites("[SSL_RSA_WITH_3DES_EDE_CBC_SHA, " + AES_12 + "]", "SSL_RSA_WITH_3DES_EDE_CBC_SHA", AES_12)
                        .ours("[" + AES_12 + "]", NO_CBC),
                suites(
                                "[TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, " + AES_12 + "]",
                                "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
                                AES_12)
                        .ours("[" + AES_12 + "]", "ParkTLS has no finite-field Diffie-Hellman"),
                suites("IllegalArgumentException", "TLS_NONSENSE"),
                suites("IllegalArgumentException", AES_13, "TLS_NONSENSE"),
                suites("IllegalArgumentException", ""),
                suites("[]").ours("[]|IllegalArgumentException", NOTHING_REMAINS),
                refused(
                        "setEnabledCipherSuites(null)",
                        s -> s.unconnected().setEnabledCipherSuites(nullOf()),
                        IllegalArgumentException.class),
                refused(
                        "setEnabledCipherSuites({null})",
                        s -> s.unconnected().setEnabledCipherSuites(new String[] {nullOf()}),
                        IllegalArgumentException.class),
                allowed("setEnabledCipherSuites(getSupportedCipherSuites())", s -> {
                    SSLSocket socket = s.unconnected();
                    socket.setEnabledCipherSuites(socket.getSupportedCipherSuites());
                }),
                fact(
                        "getEnabledCipherSuites() returns a copy",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.getEnabledCipherSuites()[0] = "changed";
                            return Arrays.asList(socket.getEnabledCipherSuites())
                                    .contains("changed");
                        },
                        false)));
    }

    private static final String NO_CBC = "ParkTLS has no CBC suites";

    private interface Getter {
        String[] of(SSLSocket socket);
    }

    private static Fact has(String call, Getter getter, String name, boolean contained) {
        return fact(
                call + " contains " + name,
                s -> Arrays.asList(getter.of(s.unconnected())).contains(name),
                contained);
    }

    private static Fact suites(String result, String... names) {
        return fact(
                "setEnabledCipherSuites(" + Arrays.toString(names) + ")",
                s -> {
                    SSLSocket socket = s.unconnected();
                    socket.setEnabledCipherSuites(names);
                    return socket.getEnabledCipherSuites();
                },
                result);
    }

    @TestFactory
    Stream<DynamicNode> roleAndClientAuthentication() {
        return Contract.ofOneEnd(List.of(
                fact("getUseClientMode()", s -> s.unconnected().getUseClientMode(), true),
                fact(
                        "setUseClientMode(false)",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.setUseClientMode(false);
                            return socket.getUseClientMode();
                        },
                        false),
                fact("getNeedClientAuth()", s -> s.unconnected().getNeedClientAuth(), false),
                fact("getWantClientAuth()", s -> s.unconnected().getWantClientAuth(), false),
                clientAuth("setNeedClientAuth(true)", socket -> socket.setNeedClientAuth(true), "need"),
                clientAuth("setWantClientAuth(true)", socket -> socket.setWantClientAuth(true), "want"),
                clientAuth(
                        "setNeedClientAuth(true), setWantClientAuth(true)",
                        socket -> {
                            socket.setNeedClientAuth(true);
                            socket.setWantClientAuth(true);
                        },
                        "want"),
                clientAuth(
                        "setWantClientAuth(true), setNeedClientAuth(true)",
                        socket -> {
                            socket.setWantClientAuth(true);
                            socket.setNeedClientAuth(true);
                        },
                        "need"),
                clientAuth(
                        "setNeedClientAuth(true), setWantClientAuth(false)",
                        socket -> {
                            socket.setNeedClientAuth(true);
                            socket.setWantClientAuth(false);
                        },
                        "none"),
                clientAuth(
                        "setWantClientAuth(true), setNeedClientAuth(false)",
                        socket -> {
                            socket.setWantClientAuth(true);
                            socket.setNeedClientAuth(false);
                        },
                        "none"),
                fact("getEnableSessionCreation()", s -> s.unconnected().getEnableSessionCreation(), true),
                fact(
                        "setEnableSessionCreation(false)",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.setEnableSessionCreation(false);
                            return socket.getEnableSessionCreation();
                        },
                        false)));
    }

    private static Fact clientAuth(String name, Meeting.Setting<SSLSocket> setting, String result) {
        return fact(
                name,
                s -> {
                    SSLSocket socket = s.unconnected();
                    setting.apply(socket);
                    return socket.getNeedClientAuth() ? "need" : socket.getWantClientAuth() ? "want" : "none";
                },
                result);
    }

    @TestFactory
    Stream<DynamicNode> stateBeforeConnecting() {
        return Contract.ofOneEnd(List.of(
                refused("startHandshake()", s -> s.unconnected().startHandshake(), SocketException.class),
                refused("getInputStream()", s -> s.unconnected().getInputStream(), SocketException.class),
                refused("getOutputStream()", s -> s.unconnected().getOutputStream(), SocketException.class),
                fact(
                        "getSession().getCipherSuite()",
                        s -> s.unconnected().getSession().getCipherSuite(),
                        "SSL_NULL_WITH_NULL_NULL"),
                fact(
                        "getSession().getProtocol()",
                        s -> s.unconnected().getSession().getProtocol(),
                        "NONE"),
                fact("getSession().isValid()", s -> s.unconnected().getSession().isValid(), false),
                fact("getHandshakeSession()", s -> s.unconnected().getHandshakeSession(), null),
                fact("getApplicationProtocol()", s -> s.unconnected().getApplicationProtocol(), null),
                fact("getHandshakeApplicationProtocol()", s -> s.unconnected().getHandshakeApplicationProtocol(), null),
                fact("isConnected()", s -> s.unconnected().isConnected(), false),
                fact("isBound()", s -> s.unconnected().isBound(), false),
                fact("isClosed()", s -> s.unconnected().isClosed(), false),
                fact("isInputShutdown()", s -> s.unconnected().isInputShutdown(), false),
                fact("isOutputShutdown()", s -> s.unconnected().isOutputShutdown(), false),
                fact("getInetAddress()", s -> s.unconnected().getInetAddress(), null),
                fact("getPort()", s -> s.unconnected().getPort(), 0),
                fact("getLocalPort()", s -> s.unconnected().getLocalPort(), -1),
                fact(
                        "getLocalAddress().isAnyLocalAddress()",
                        s -> s.unconnected().getLocalAddress().isAnyLocalAddress(),
                        true),
                fact("getLocalSocketAddress()", s -> s.unconnected().getLocalSocketAddress(), null),
                fact("getRemoteSocketAddress()", s -> s.unconnected().getRemoteSocketAddress(), null),
                fact("getChannel()", s -> s.unconnected().getChannel(), null),
                refused("shutdownOutput()", s -> s.unconnected().shutdownOutput(), SocketException.class),
                refused("shutdownInput()", s -> s.unconnected().shutdownInput(), SocketException.class),
                fact("toString() is not empty", s -> s.unconnected().toString().isEmpty(), false),
                fact(
                        "close(), isClosed()",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.close();
                            socket.close();
                            return socket.isClosed();
                        },
                        true)));
    }

    @TestFactory
    Stream<DynamicNode> socketOptions() {
        return Contract.ofOneEnd(List.of(
                refused("sendUrgentData(1)", s -> s.unconnected().sendUrgentData(1), SocketException.class),
                refused("setOOBInline(true)", s -> s.unconnected().setOOBInline(true), SocketException.class),
                refused("setOOBInline(false)", s -> s.unconnected().setOOBInline(false), SocketException.class),
                refused("getOOBInline()", s -> s.unconnected().getOOBInline(), SocketException.class),
                fact("getSoTimeout()", s -> s.unconnected().getSoTimeout(), 0),
                option("SoTimeout", socket -> socket.setSoTimeout(1_234), SSLSocket::getSoTimeout, 1_234),
                refused("setSoTimeout(-1)", s -> s.unconnected().setSoTimeout(-1), IllegalArgumentException.class),
                option("TcpNoDelay", socket -> socket.setTcpNoDelay(true), SSLSocket::getTcpNoDelay, true),
                option("KeepAlive", socket -> socket.setKeepAlive(true), SSLSocket::getKeepAlive, true),
                option("ReuseAddress", socket -> socket.setReuseAddress(true), SSLSocket::getReuseAddress, true),
                option("SoLinger", socket -> socket.setSoLinger(true, 7), SSLSocket::getSoLinger, 7),
                fact("getSoLinger()", s -> s.unconnected().getSoLinger(), -1),
                refused(
                        "setSoLinger(true, -1)",
                        s -> s.unconnected().setSoLinger(true, -1),
                        IllegalArgumentException.class),
                refused(
                        "setSendBufferSize(0)",
                        s -> s.unconnected().setSendBufferSize(0),
                        IllegalArgumentException.class),
                refused(
                        "setReceiveBufferSize(0)",
                        s -> s.unconnected().setReceiveBufferSize(0),
                        IllegalArgumentException.class),
                refused(
                        "setTrafficClass(256)",
                        s -> s.unconnected().setTrafficClass(256),
                        IllegalArgumentException.class),
                allowed(
                        "setPerformancePreferences(1, 2, 3)",
                        s -> s.unconnected().setPerformancePreferences(1, 2, 3)),
                option(
                        "SO_KEEPALIVE",
                        socket -> socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true),
                        socket -> socket.getOption(StandardSocketOptions.SO_KEEPALIVE),
                        true),
                fact(
                        "supportedOptions() contains TCP_NODELAY",
                        s -> s.unconnected().supportedOptions().contains(StandardSocketOptions.TCP_NODELAY),
                        true)));
    }

    private interface OptionGetter {
        Object of(SSLSocket socket) throws Exception;
    }

    private static Fact option(String name, Meeting.Setting<SSLSocket> setter, OptionGetter getter, Object result) {
        return fact(
                "set and get " + name,
                s -> {
                    SSLSocket socket = s.unconnected();
                    setter.apply(socket);
                    return getter.of(socket);
                },
                result);
    }

    @TestFactory
    Stream<DynamicNode> listeners() {
        return Contract.ofOneEnd(List.of(
                refused(
                        "addHandshakeCompletedListener(null)",
                        s -> s.unconnected().addHandshakeCompletedListener(nullOf()),
                        IllegalArgumentException.class),
                refused(
                        "removeHandshakeCompletedListener(null)",
                        s -> s.unconnected().removeHandshakeCompletedListener(nullOf()),
                        IllegalArgumentException.class),
                refused(
                        "removeHandshakeCompletedListener, not registered",
                        s -> s.unconnected().removeHandshakeCompletedListener(LISTENER),
                        IllegalArgumentException.class),
                allowed("removeHandshakeCompletedListener, registered", s -> {
                    SSLSocket socket = s.unconnected();
                    socket.addHandshakeCompletedListener(LISTENER);
                    socket.removeHandshakeCompletedListener(LISTENER);
                }),
                fact(
                        "getHandshakeApplicationProtocolSelector()",
                        s -> s.unconnected().getHandshakeApplicationProtocolSelector(),
                        null),
                fact(
                        "setHandshakeApplicationProtocolSelector, then get and set null",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.setHandshakeApplicationProtocolSelector((self, names) -> "h2");
                            boolean set = socket.getHandshakeApplicationProtocolSelector() != null;
                            socket.setHandshakeApplicationProtocolSelector(nullOf());
                            return set + ", " + socket.getHandshakeApplicationProtocolSelector();
                        },
                        "true, null")));
    }
}
