package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** What goes into a {@link TlsContext}. */
final class ContextOptions {
    @Mixin
    final NegotiationOptions negotiation = new NegotiationOptions();

    @Mixin
    final IdentityOptions identity = new IdentityOptions();

    @Mixin
    final TrustOptions trust = new TrustOptions();

    /** A builder with all of it, but for what this end's role adds. */
    TlsContext.Builder builder(Stdio stdio) throws IOException {
        TlsContext.Builder context = TlsContext.builder();
        negotiation.applyTo(context);
        identity.identity(stdio.environment()).ifPresent(context::identity);
        trust.trust().ifPresent(context::trust);
        KeyLogFile.applyTo(context, negotiation.engine(), stdio);
        return context;
    }
}
