package io.parktls.bench.cli;

import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bench.tool.Complaint;
import io.parktls.bench.tool.Echo;
import io.parktls.bench.tool.Endpoint;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parktls serve}: a server that echoes or answers HTTP, one virtual thread for each connection. */
@Command(
        name = "serve",
        description = {
            "Listens, prints the session of each connection, and echoes the received data or answers HTTP requests.",
            ""
        })
public final class ServeCommand extends ToolCommand {
    private static final List<String> OWN_HOSTS = List.of("localhost", "127.0.0.1", "::1");

    @Parameters(
            paramLabel = "[HOST:]PORT",
            arity = "0..1",
            defaultValue = "4433",
            description =
                    "The address to listen on. Default for HOST: the loopback only; 0.0.0.0 is every interface. Port 0 selects"
                            + " a free port. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private Endpoint address;

    @Option(names = "--echo", description = "Echo the received data. The default.")
    private boolean echo;

    @Option(names = "--http", description = "Answer each HTTP request with a description of the session.")
    private boolean http;

    @Option(names = "--self-signed", description = "Use a new key and a self-signed certificate.")
    private boolean selfSigned;

    @Option(
            names = "--self-signed-for",
            paramLabel = "HOST",
            split = ",",
            description = "Use a self-signed certificate for these hosts. Default: localhost,127.0.0.1,::1.")
    private List<String> selfSignedHosts = List.of();

    @Option(
            names = "--cert-out",
            paramLabel = "FILE",
            description = "Write the server's certificate to this file, PEM, for clients that are to trust it.")
    private @Nullable Path certificateOutput;

    @Option(
            names = "--client-auth",
            paramLabel = "MODE",
            description = "Whether to ask clients for a certificate: none (the default), wanted or required."
                    + " Needs --ca, --trust-system or --insecure.")
    private ClientAuth clientAuth = ClientAuth.NONE;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after this many connections, with exit code 1 if one of them has failed.")
    private int count;

    @Option(names = "--once", description = "The same as --count 1.")
    private boolean once;

    @Mixin
    private final WatchOption watch = new WatchOption();

    @Mixin
    private final TicketOptions tickets = new TicketOptions();

    @Mixin
    private final ConnectionOptions options = new ConnectionOptions();

    private final AtomicBoolean failed = new AtomicBoolean();

    public ServeCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        try (watch) {
            return run(context());
        }
    }

    private int run(TlsContext context) throws IOException {
        if (certificateOutput != null) {
            write(context.identities().getFirst().chain(), certificateOutput);
        }
        try (TlsServerSocket listener = listen(context)) {
            print("listening on " + Endpoint.text(listener.localAddress()) + System.lineSeparator()
                    + certificates(context));
            serve(listener);
        }
        return failed.get() ? 1 : 0;
    }

    private static String certificates(TlsContext context) {
        return context.identities().isEmpty()
                ? ""
                : "certificate SHA-256 "
                        + SessionReport.fingerprint(
                                context.identities().getFirst().chain().getFirst())
                        + System.lineSeparator();
    }

    private TlsContext context() throws IOException {
        try {
            options.report.validate();
            if (echo && http) {
                throw new IllegalArgumentException("--echo and --http exclude each other");
            }
            if (count < 0 || (once && count > 1)) {
                throw new IllegalArgumentException("--count must not be negative, and excludes --once");
            }
            TlsContext.Builder builder =
                    (watch.isGiven() ? watch.builder(options, stdio) : options.builder(stdio)).clientAuth(clientAuth);
            if (http && options.negotiation.applicationProtocols().isEmpty()) {
                builder.applicationProtocols("http/1.1");
            }
            if (selfSigned || !selfSignedHosts.isEmpty()) {
                List<String> hosts = selfSignedHosts.isEmpty() ? OWN_HOSTS : selfSignedHosts;
                builder.identity(TlsIdentity.selfSigned(hosts.toArray(String[]::new)));
            }
            tickets.applyTo(builder);
            boolean anonymous = !selfSigned && selfSignedHosts.isEmpty() && !options.identity.isGiven();
            boolean hasPsk = options.psk.applyToServer(builder, anonymous);
            if (anonymous && !hasPsk) {
                throw new IllegalArgumentException(
                        "a server needs --cert and --key, --keystore, --self-signed, or --psk-file");
            }
            if (anonymous && certificateOutput != null) {
                throw new IllegalArgumentException("--cert-out: the server has no certificate");
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private TlsServerSocket listen(TlsContext context) throws IOException {
        InetSocketAddress at = address.host().isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port())
                : new InetSocketAddress(address.host(), address.port());
        try {
            return TlsServerSocket.open(context, at);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + Endpoint.text(at) + ": " + e.getMessage(), e);
        }
    }

    private void serve(TlsServerSocket listener) throws IOException {
        int connections = once ? 1 : count;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 1; connections == 0 || number <= connections; number++) {
                TlsSocket socket = listener.accept();
                String name = "#" + number + " from " + Endpoint.text(socket.remoteAddress());
                threads.execute(() -> serve(socket, name));
            }
        }
    }

    private void serve(TlsSocket socket, String name) {
        try (socket) {
            options.timeouts.applyTo(socket);
            socket.doHandshake();
            print(options.report.text(socket, name, verification(socket)));
            if (http) {
                HttpAnswer.run(socket, SessionReport.of(socket.session(), verification(socket)));
            } else {
                Echo.run(socket);
            }
        } catch (IOException | RuntimeException e) {
            failed.set(true);
            stdio.complain(name + ": " + Complaint.about(e));
        }
    }

    private String verification(TlsSocket socket) {
        if (socket.session().pskIdentity() != null) {
            return "ok: the client has the pre-shared key";
        }
        if (clientAuth == ClientAuth.NONE) {
            return "no certificate asked for";
        }
        if (socket.session().peerCertificates().isEmpty()) {
            return "the client has no certificate";
        }
        return options.trust.insecure() ? "NOT VERIFIED (--insecure)" : "ok: " + options.trust.description();
    }

    private void print(String text) {
        stdio.out().print(text);
        stdio.out().flush();
    }

    private static void write(List<X509Certificate> chain, Path file) throws IOException {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : chain) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(base64.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IOException("cannot encode the certificate", e);
            }
        }
        Files.writeString(file, pem, StandardCharsets.US_ASCII);
    }
}
