package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** The options of both {@code connect} and {@code serve}. */
final class ConnectionOptions {
    @Mixin
    final NegotiationOptions negotiation = new NegotiationOptions();

    @Mixin
    final IdentityOptions identity = new IdentityOptions();

    @Mixin
    final TrustOptions trust = new TrustOptions();

    @Mixin
    final PskOptions psk = new PskOptions();

    @Mixin
    final TimeoutOptions timeouts = new TimeoutOptions();

    @Mixin
    final ReportOptions report = new ReportOptions();

    /** A builder with the options for the context, to which the role of this end may add more. */
    TlsContext.Builder builder(Stdio stdio) throws IOException {
        TlsContext.Builder context = withoutFiles(stdio);
        identity.identity(stdio.environment()).ifPresent(context::identity);
        trust.trust().ifPresent(context::trust);
        return context;
    }

    /** A builder with the options for the context, except identity and trust. */
    TlsContext.Builder withoutFiles(Stdio stdio) throws IOException {
        TlsContext.Builder context = TlsContext.builder();
        negotiation.applyTo(context);
        KeyLogFile.applyTo(context, negotiation.engine(), stdio);
        return context;
    }
}
