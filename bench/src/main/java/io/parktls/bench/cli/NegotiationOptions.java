package io.parktls.bench.cli;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.bench.tool.Engine;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for the engine and the negotiated parameters. */
final class NegotiationOptions {
    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The TLS engine: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Engine engine = Engine.BC;

    @Option(
            names = "--protocol",
            paramLabel = "VERSION",
            split = ",",
            description = "Protocol versions: 1.2, 1.3 or both. Default: both.")
    private List<TlsVersion> protocols = List.of();

    @Option(
            names = "--suites",
            paramLabel = "SUITE",
            split = ",",
            description = "Cipher suites by IANA or OpenSSL name, in order of preference. Default: all.")
    private List<CipherSuite> suites = List.of();

    @Option(
            names = "--groups",
            paramLabel = "GROUP",
            split = ",",
            description = "Key exchange groups in order of preference, for example X25519,P-256. Default: all.")
    private List<NamedGroup> groups = List.of();

    @Option(
            names = "--alpn",
            paramLabel = "NAME",
            split = ",",
            description = "Application protocols in order of preference, for example h2,http/1.1.")
    private List<String> applicationProtocols = List.of();

    Engine engine() {
        return engine;
    }

    List<String> applicationProtocols() {
        return applicationProtocols;
    }

    void applyTo(TlsContext.Builder context) {
        context.engine(engine.provider());
        if (!protocols.isEmpty()) {
            context.protocols(protocols.toArray(TlsVersion[]::new));
        }
        if (!suites.isEmpty()) {
            context.cipherSuites(suites.toArray(CipherSuite[]::new));
        }
        if (!groups.isEmpty()) {
            context.groups(groups.toArray(NamedGroup[]::new));
        }
        context.applicationProtocols(applicationProtocols.toArray(String[]::new));
    }
}
