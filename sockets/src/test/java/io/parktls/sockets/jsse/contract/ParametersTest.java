package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.allowed;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import java.nio.charset.StandardCharsets;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The parameters that {@code setSSLParameters} keeps, and {@code getSSLParameters} returns afterwards. */
final class ParametersTest {
    private static final String AES_13 = "TLS_AES_128_GCM_SHA256";
    private static final String DTLS = "a setting of DTLS, which ParkTLS does not speak";
    private static final String LEFT_OUT = "names that ParkTLS does not speak are left out";
    private static final String OLD_VERSIONS = "ParkTLS does not speak versions before TLS 1.2";

    /** Something with parameters: a client socket or a server socket. */
    private interface Holder {
        SSLParameters get();

        void set(SSLParameters parameters);
    }

    private interface Opening {
        Holder open(Subject subject) throws Exception;
    }

    private static Holder ofSocket(Subject subject) throws Exception {
        SSLSocket socket = subject.unconnected();
        return holder(socket::getSSLParameters, socket::setSSLParameters);
    }

    private static Holder ofServerSocket(Subject subject) throws Exception {
        SSLServerSocket socket = subject.unbound();
        return holder(socket::getSSLParameters, socket::setSSLParameters);
    }

    private static Holder holder(Supplier<SSLParameters> getter, Consumer<SSLParameters> setter) {
        return new Holder() {
            @Override
            public SSLParameters get() {
                return getter.get();
            }

            @Override
            public void set(SSLParameters parameters) {
                setter.accept(parameters);
            }
        };
    }

    @TestFactory
    Stream<DynamicNode> ofSockets() {
        return Contract.ofOneEnd(facts(ParametersTest::ofSocket));
    }

    @TestFactory
    Stream<DynamicNode> ofServerSockets() {
        return Contract.ofOneEnd(facts(ParametersTest::ofServerSocket));
    }

    private static List<Fact> facts(Opening opening) {
        return List.of(
                kept(
                        opening,
                        "protocols",
                        p -> p.setProtocols(new String[] {"TLSv1.3"}),
                        SSLParameters::getProtocols,
                        "[TLSv1.3]"),
                kept(
                                opening,
                                "protocols, one of them unsupported",
                                p -> p.setProtocols(new String[] {"TLSv1.1", "TLSv1.3"}),
                                SSLParameters::getProtocols,
                                "[TLSv1.1, TLSv1.3]")
                        .ours("[TLSv1.3]", OLD_VERSIONS),
                unset(opening, "protocols null: unchanged", p -> p.setProtocols(null), SSLParameters::getProtocols),
                kept(opening, "no protocols", p -> p.setProtocols(new String[0]), SSLParameters::getProtocols, "[]")
                        .ours("[]|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                failing(opening, "unknown protocol", p -> p.setProtocols(new String[] {"nonsense"})),
                kept(
                        opening,
                        "cipherSuites",
                        p -> p.setCipherSuites(new String[] {AES_13}),
                        SSLParameters::getCipherSuites,
                        "[" + AES_13 + "]"),
                unset(
                        opening,
                        "cipherSuites null: unchanged",
                        p -> p.setCipherSuites(null),
                        SSLParameters::getCipherSuites),
                kept(
                                opening,
                                "no cipherSuites",
                                p -> p.setCipherSuites(new String[0]),
                                SSLParameters::getCipherSuites,
                                "[]")
                        .ours("[]|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                failing(opening, "unknown cipher suite", p -> p.setCipherSuites(new String[] {"nonsense"})),
                fact("applicationProtocols, default", s -> opening.open(s).get().getApplicationProtocols(), "[]"),
                kept(
                        opening,
                        "applicationProtocols",
                        p -> p.setApplicationProtocols(new String[] {"h2", "http/1.1"}),
                        SSLParameters::getApplicationProtocols,
                        "[h2, http/1.1]"),
                kept(
                        opening,
                        "applicationProtocols that nobody knows",
                        p -> p.setApplicationProtocols(new String[] {"x/1", "y"}),
                        SSLParameters::getApplicationProtocols,
                        "[x/1, y]"),
                kept(
                        opening,
                        "applicationProtocols with bytes above 127",
                        p -> p.setApplicationProtocols(new String[] {"\u00ff\u0080"}),
                        SSLParameters::getApplicationProtocols,
                        "[\u00ff\u0080]"),
                fact(
                        "endpointIdentificationAlgorithm, default",
                        s -> opening.open(s).get().getEndpointIdentificationAlgorithm(),
                        null),
                kept(
                        opening,
                        "endpointIdentificationAlgorithm HTTPS",
                        p -> p.setEndpointIdentificationAlgorithm("HTTPS"),
                        SSLParameters::getEndpointIdentificationAlgorithm,
                        "HTTPS"),
                kept(
                        opening,
                        "endpointIdentificationAlgorithm LDAPS",
                        p -> p.setEndpointIdentificationAlgorithm("LDAPS"),
                        SSLParameters::getEndpointIdentificationAlgorithm,
                        "LDAPS"),
                kept(
                        opening,
                        "endpointIdentificationAlgorithm, empty",
                        p -> p.setEndpointIdentificationAlgorithm(""),
                        SSLParameters::getEndpointIdentificationAlgorithm,
                        ""),
                kept(
                        opening,
                        "endpointIdentificationAlgorithm, unknown",
                        p -> p.setEndpointIdentificationAlgorithm("nonsense"),
                        SSLParameters::getEndpointIdentificationAlgorithm,
                        "nonsense"),
                fact(
                        "endpointIdentificationAlgorithm null: unchanged",
                        s -> {
                            Holder holder = opening.open(s);
                            SSLParameters parameters = holder.get();
                            parameters.setEndpointIdentificationAlgorithm("HTTPS");
                            holder.set(parameters);
                            parameters.setEndpointIdentificationAlgorithm(null);
                            holder.set(parameters);
                            return holder.get().getEndpointIdentificationAlgorithm();
                        },
                        "HTTPS"),
                fact("needClientAuth, default", s -> opening.open(s).get().getNeedClientAuth(), false),
                fact("wantClientAuth, default", s -> opening.open(s).get().getWantClientAuth(), false),
                kept(opening, "needClientAuth", p -> p.setNeedClientAuth(true), SSLParameters::getNeedClientAuth, true),
                kept(opening, "wantClientAuth", p -> p.setWantClientAuth(true), SSLParameters::getWantClientAuth, true),
                kept(
                        opening,
                        "needClientAuth, then wantClientAuth",
                        p -> {
                            p.setNeedClientAuth(true);
                            p.setWantClientAuth(true);
                        },
                        p -> p.getNeedClientAuth() + " " + p.getWantClientAuth(),
                        "false true"),
                fact("useCipherSuitesOrder, default", s -> opening.open(s).get().getUseCipherSuitesOrder(), true),
                kept(
                        opening,
                        "useCipherSuitesOrder true",
                        p -> p.setUseCipherSuitesOrder(true),
                        SSLParameters::getUseCipherSuitesOrder,
                        true),
                kept(
                        opening,
                        "useCipherSuitesOrder false",
                        p -> p.setUseCipherSuitesOrder(false),
                        SSLParameters::getUseCipherSuitesOrder,
                        false),
                fact(
                        "namedGroups of the same parameters",
                        s -> {
                            Holder holder = opening.open(s);
                            SSLParameters parameters = holder.get();
                            parameters.setNamedGroups(new String[] {"x25519", "secp256r1"});
                            holder.set(parameters);
                            return holder.get().getNamedGroups();
                        },
                        "[x25519, secp256r1]"),
                allowed("namedGroups that nobody knows", s -> {
                    Holder holder = opening.open(s);
                    SSLParameters parameters = holder.get();
                    parameters.setNamedGroups(new String[] {"nonsense", "x25519"});
                    holder.set(parameters);
                }),
                kept(
                                opening,
                                "namedGroups that ParkTLS does not have",
                                p -> p.setNamedGroups(new String[] {"ffdhe2048", "x25519"}),
                                SSLParameters::getNamedGroups,
                                "[ffdhe2048, x25519]")
                        .ours("[x25519]", LEFT_OUT),
                kept(
                        opening,
                        "signatureSchemes",
                        p -> p.setSignatureSchemes(new String[] {"ecdsa_secp256r1_sha256"}),
                        SSLParameters::getSignatureSchemes,
                        "[ecdsa_secp256r1_sha256]"),
                kept(
                                opening,
                                "signatureSchemes that nobody knows",
                                p -> p.setSignatureSchemes(new String[] {"nonsense", "ed25519"}),
                                SSLParameters::getSignatureSchemes,
                                "[nonsense, ed25519]")
                        .ours("[ed25519]", LEFT_OUT),
                fact("serverNames, default", s -> opening.open(s).get().getServerNames(), null),
                kept(
                        opening,
                        "serverNames",
                        p -> p.setServerNames(List.of(new SNIHostName("a.example"))),
                        p -> names(p),
                        "[a.example]"),
                kept(opening, "no serverNames", p -> p.setServerNames(List.of()), p -> names(p), "[]"),
                fact(
                        "serverNames null: unchanged",
                        s -> {
                            Holder holder = opening.open(s);
                            SSLParameters parameters = holder.get();
                            parameters.setServerNames(List.of(new SNIHostName("a.example")));
                            holder.set(parameters);
                            holder.set(new SSLParameters());
                            return names(holder.get());
                        },
                        "[a.example]"),
                fact("sniMatchers, default", s -> opening.open(s).get().getSNIMatchers(), null),
                kept(
                        opening,
                        "sniMatchers",
                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("a[.]example"))),
                        p -> size(p.getSNIMatchers()),
                        1),
                kept(opening, "no sniMatchers", p -> p.setSNIMatchers(List.of()), p -> size(p.getSNIMatchers()), 0),
                kept(
                        opening,
                        "algorithmConstraints",
                        p -> p.setAlgorithmConstraints(CONSTRAINTS),
                        p -> p.getAlgorithmConstraints() == CONSTRAINTS,
                        true),
                fact(
                        "algorithmConstraints null: unchanged",
                        s -> {
                            Holder holder = opening.open(s);
                            SSLParameters parameters = holder.get();
                            parameters.setAlgorithmConstraints(CONSTRAINTS);
                            holder.set(parameters);
                            holder.set(new SSLParameters());
                            return holder.get().getAlgorithmConstraints() == CONSTRAINTS;
                        },
                        true),
                fact(
                                "enableRetransmissions, default",
                                s -> opening.open(s).get().getEnableRetransmissions(),
                                false)
                        .ours("true|false", DTLS),
                kept(
                                opening,
                                "enableRetransmissions",
                                p -> p.setEnableRetransmissions(true),
                                SSLParameters::getEnableRetransmissions,
                                true)
                        .ours("true|false", DTLS),
                kept(
                                opening,
                                "maximumPacketSize",
                                p -> p.setMaximumPacketSize(2_000),
                                SSLParameters::getMaximumPacketSize,
                                2_000)
                        .ours("0|2000", "ParkTLS chooses the size of its records"),
                allowed("SSLParameters()", s -> opening.open(s).set(new SSLParameters())),
                fact(
                        "SSLParameters() leaves suites and protocols",
                        s -> {
                            Holder holder = opening.open(s);
                            SSLParameters before = holder.get();
                            holder.set(new SSLParameters());
                            SSLParameters after = holder.get();
                            return Observed.text(before.getCipherSuites())
                                            .equals(Observed.text(after.getCipherSuites()))
                                    && Observed.text(before.getProtocols()).equals(Observed.text(after.getProtocols()));
                        },
                        true),
                fact(
                        "getSSLParameters() returns a copy",
                        s -> {
                            Holder holder = opening.open(s);
                            holder.get().setApplicationProtocols(new String[] {"h2"});
                            return holder.get().getApplicationProtocols();
                        },
                        "[]"),
                refused("setSSLParameters(null)", s -> opening.open(s).set(nullOf()), NullPointerException.class));
    }

    private static Fact kept(
            Opening opening,
            String name,
            Meeting.Setting<SSLParameters> setting,
            Function<SSLParameters, @Nullable Object> getter,
            @Nullable Object result) {
        return fact(
                name,
                s -> {
                    Holder holder = opening.open(s);
                    SSLParameters parameters = holder.get();
                    setting.apply(parameters);
                    holder.set(parameters);
                    return getter.apply(holder.get());
                },
                result);
    }

    private static Fact unset(
            Opening opening,
            String name,
            Meeting.Setting<SSLParameters> setting,
            Function<SSLParameters, Object[]> getter) {
        return fact(
                name,
                s -> {
                    Holder holder = opening.open(s);
                    SSLParameters parameters = holder.get();
                    String before = Observed.text(getter.apply(parameters));
                    setting.apply(parameters);
                    holder.set(parameters);
                    return before.equals(Observed.text(getter.apply(holder.get())));
                },
                true);
    }

    private static Fact failing(Opening opening, String name, Meeting.Setting<SSLParameters> setting) {
        return refused(
                name,
                s -> {
                    Holder holder = opening.open(s);
                    SSLParameters parameters = holder.get();
                    setting.apply(parameters);
                    holder.set(parameters);
                },
                IllegalArgumentException.class);
    }

    static @Nullable List<String> names(SSLParameters parameters) {
        List<SNIServerName> names = parameters.getServerNames();
        return names == null
                ? null
                : names.stream()
                        .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                        .toList();
    }

    private static int size(@Nullable Collection<?> collection) {
        return collection == null ? -1 : collection.size();
    }

    private static final AlgorithmConstraints CONSTRAINTS = new AlgorithmConstraints() {
        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return true;
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
            return true;
        }
    };
}
