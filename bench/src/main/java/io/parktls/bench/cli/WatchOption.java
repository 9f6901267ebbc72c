package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.WatchListener;
import io.parktls.Watched;
import io.parktls.WatchedIdentity;
import io.parktls.WatchedTrust;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option to load certificates, keys and authorities again when their files change. */
final class WatchOption implements AutoCloseable {
    @Option(
            names = "--watch",
            description = "Load the files of --cert, --key, --keystore and --ca again when they change. New connections"
                    + " use the new content, once it is complete and matches.")
    private boolean watch;

    private final List<Watched<?>> watches = new ArrayList<>();

    boolean isGiven() {
        return watch;
    }

    /**
     * Returns a builder whose identity and trust renew themselves.
     *
     * @throws IllegalArgumentException if the options contradict each other, or name no files
     */
    TlsContext.Builder builder(ConnectionOptions options, Stdio stdio) throws IOException {
        Optional<Path> authorities = options.trust.file();
        if (!options.identity.isGiven() && authorities.isEmpty()) {
            throw new IllegalArgumentException("--watch needs --cert, --keystore or --ca");
        }
        TlsContext.Builder builder = options.withoutFiles(stdio);
        Optional<WatchedIdentity> identity = options.identity.watched(stdio.environment());
        identity.ifPresent(watched -> {
            watches.add(watched);
            watched.addListener(new Printer<TlsIdentity>(stdio, "certificate"));
            builder.identity(watched);
        });
        if (authorities.isPresent()) {
            WatchedTrust trust = TlsTrust.watch(authorities.get());
            watches.add(trust);
            trust.addListener(new Printer<TlsTrust>(stdio, "authorities"));
            builder.trust(trust);
        } else {
            options.trust.trust().ifPresent(builder::trust);
        }
        return builder;
    }

    @Override
    public void close() {
        watches.forEach(Watched::close);
    }

    /** Prints renewals. The log, which the tool prints, has the failures. */
    private record Printer<T>(Stdio stdio, String what) implements WatchListener<T> {
        @Override
        public void renewed(T former, T current) {
            stdio.out()
                    .println(what + " renewed"
                            + (current instanceof TlsIdentity identity
                                    ? ", SHA-256 "
                                            + SessionReport.fingerprint(
                                                    identity.chain().getFirst())
                                    : ""));
            stdio.out().flush();
        }
    }
}
