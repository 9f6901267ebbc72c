package io.parktls.bench.idle;

import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.bench.tool.ChildJvm;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import io.parktls.sockets.TlsSocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls idle}. */
@Command(
        name = "idle",
        description = {
            "Establishes many connections, leaves them idle, and then has all of them echo at once.",
            "",
            "The exit code is 0 if all connections have echoed."
        })
public final class IdleCommand extends ToolCommand {
    @Option(
            names = "--tcp",
            paramLabel = "N",
            description =
                    "The number of connections over TCP; the server is in a JVM of its own. The loopback has about 28,000 ports,"
                            + " and the number of open files of a process is limited (ulimit -n).")
    private int tcp;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description =
                    "The number of connections over BIO pairs, with both ends in another JVM that has 2 GB of heap.")
    private int pairs;

    @Option(
            names = "--hold",
            paramLabel = "SECONDS",
            description = "The time for which the connections are idle. Default: ${DEFAULT-VALUE}.")
    private int hold = 5;

    public IdleCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(
                tcp >= 0 && pairs >= 0 && hold >= 0 && tcp + pairs > 0,
                "--tcp or --pairs is missing or negative: try --tcp 9000");
        boolean good = tcp == 0 || overTcp();
        good &= pairs == 0 || overPairs();
        return good ? 0 : 1;
    }

    private boolean overTcp() throws IOException, InterruptedException {
        try (ChildJvm server = ChildJvm.start(List.of("-Xmx2g"), IdleServer.class);
                IdleClients clients = new IdleClients()) {
            int port = Integer.parseInt(server.readLine());
            TlsContext context = TlsContext.builder()
                    .trust(TlsTrust.only(certificate(server.readLine())))
                    .build();
            long before = ask(server)[1];
            long start = System.nanoTime();
            clients.establish(tcp, () -> TlsSocket.connect(context, IdleClients.HOST, port), done -> {});
            double seconds = (System.nanoTime() - start) / 1e9;
            TimeUnit.SECONDS.sleep(hold);
            long[] idle = ask(server);
            stdio.out()
                    .printf(
                            "%,d connections over TCP established in %.0f s, then idle: the server has %,d, and %,d bytes of"
                                    + " heap for each%n",
                            tcp, seconds, idle[0], (idle[1] - before) / Math.max(1, idle[0]));
            start = System.nanoTime();
            int echoed = clients.echo();
            stdio.out()
                    .printf(
                            "%,d of them echo when asked all at once, in %.1f s%n",
                            echoed, (System.nanoTime() - start) / 1e9);
            clients.failures().stream().limit(5).forEach(failure -> stdio.complain(failure.toString()));
            return echoed == tcp;
        }
    }

    private boolean overPairs() throws IOException {
        try (ChildJvm jvm =
                ChildJvm.start(List.of("-Xmx2g"), IdlePairs.class, Integer.toString(pairs), Integer.toString(hold))) {
            stdio.out().println(jvm.readLine());
            String echoed = jvm.readLine();
            stdio.out().println(echoed);
            return jvm.exitCode() == 0;
        }
    }

    /** The number of connections of the server, and the bytes of its heap. */
    private static long[] ask(ChildJvm server) throws IOException {
        server.writeLine("?");
        String[] figures = server.readLine().split(" ", 2);
        return new long[] {Long.parseLong(figures[0]), Long.parseLong(figures[1])};
    }

    private static X509Certificate certificate(String base64) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
        } catch (CertificateException e) {
            throw new IOException("cannot decode the server's certificate", e);
        }
    }
}
