package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The {@code SSLParameters} that an engine takes and returns. */
final class ParametersTest {
    private interface Use {
        @Nullable
        Object of(SSLEngine engine) throws Exception;
    }

    private static EngineFact engine(String name, Use use, @Nullable Object expected) {
        return fact(name, s -> use.of(s.engine()), expected);
    }

    private interface Change {
        void of(SSLParameters parameters);
    }

    private static EngineFact parameter(
            String name, Change change, Function<SSLParameters, @Nullable Object> getter, Object expected) {
        return engine(
                name,
                engine -> {
                    SSLParameters parameters = engine.getSSLParameters();
                    change.of(parameters);
                    engine.setSSLParameters(parameters);
                    return getter.apply(engine.getSSLParameters());
                },
                expected);
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

    @TestFactory
    Stream<DynamicNode> parameters() {
        return EngineContract.ofOneEngine(List.of(
                parameter(
                        "protocols",
                        p -> p.setProtocols(new String[] {"TLSv1.3"}),
                        SSLParameters::getProtocols,
                        "[TLSv1.3]"),
                parameter(
                        "suites",
                        p -> p.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"}),
                        SSLParameters::getCipherSuites,
                        "[TLS_AES_128_GCM_SHA256]"),
                parameter("need", p -> p.setNeedClientAuth(true), SSLParameters::getNeedClientAuth, true),
                parameter("want", p -> p.setWantClientAuth(true), SSLParameters::getWantClientAuth, true),
                parameter(
                        "identification",
                        p -> p.setEndpointIdentificationAlgorithm("HTTPS"),
                        SSLParameters::getEndpointIdentificationAlgorithm,
                        "HTTPS"),
                parameter(
                        "application protocols",
                        p -> p.setApplicationProtocols(new String[] {"h2", "http/1.1"}),
                        SSLParameters::getApplicationProtocols,
                        "[h2, http/1.1]"),
                parameter(
                        "server names",
                        p -> p.setServerNames(List.of(new SNIHostName("example.test"))),
                        p -> new SNIHostName(p.getServerNames().getFirst().getEncoded()).getAsciiName(),
                        "example.test"),
                parameter(
                        "matchers",
                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("example\\.test"))),
                        p -> p.getSNIMatchers().size(),
                        1),
                parameter(
                        "the order of suites",
                        p -> p.setUseCipherSuitesOrder(false),
                        SSLParameters::getUseCipherSuitesOrder,
                        false),
                parameter(
                        "constraints",
                        p -> p.setAlgorithmConstraints(CONSTRAINTS),
                        p -> p.getAlgorithmConstraints() == CONSTRAINTS,
                        true),
                parameter(
                        "named groups",
                        p -> p.setNamedGroups(new String[] {"secp256r1"}),
                        SSLParameters::getNamedGroups,
                        "[secp256r1]"),
                parameter(
                        "signature schemes",
                        p -> p.setSignatureSchemes(new String[] {"ecdsa_secp256r1_sha256"}),
                        SSLParameters::getSignatureSchemes,
                        "[ecdsa_secp256r1_sha256]"),
                engine(
                        "the parameters are copies",
                        engine -> {
                            engine.getSSLParameters().setEndpointIdentificationAlgorithm("HTTPS");
                            return engine.getSSLParameters().getEndpointIdentificationAlgorithm();
                        },
                        null),
                engine(
                        "the parameters change the engine",
                        engine -> {
                            SSLParameters parameters = new SSLParameters(
                                    new String[] {"TLS_AES_128_GCM_SHA256"}, new String[] {"TLSv1.3"});
                            engine.setSSLParameters(parameters);
                            return engine.getEnabledCipherSuites()[0] + " " + engine.getEnabledProtocols()[0];
                        },
                        "TLS_AES_128_GCM_SHA256 TLSv1.3"),
                engine(
                        "parameters without suites and protocols leave them",
                        engine -> {
                            String[] suites = engine.getEnabledCipherSuites();
                            String[] protocols = engine.getEnabledProtocols();
                            engine.setSSLParameters(new SSLParameters());
                            return Arrays.equals(suites, engine.getEnabledCipherSuites())
                                    && Arrays.equals(protocols, engine.getEnabledProtocols());
                        },
                        true)));
    }
}
