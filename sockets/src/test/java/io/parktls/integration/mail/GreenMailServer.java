package io.parktls.integration.mail;

import com.icegreen.greenmail.util.DummySSLServerSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.parktls.integration.ServerIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A mail server in this JVM. Its TLS comes from the first provider: it asks for the context {@code TLS} and accepts
 * connections with an {@code SSLServerSocket}, on which it enables the anonymous cipher suites too.
 */
final class GreenMailServer implements AutoCloseable {
    static final String USER = "someone@example.test";
    static final String PASSWORD = "changeit";

    private final GreenMail server;
    private final int port;
    private final Thread.@Nullable UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();

    /** Starts a server of that protocol, with TLS if the protocol is {@code smtps} or {@code imaps}. */
    GreenMailServer(String protocol, ServerIdentity identity) {
        // GreenMail loads the key store once in a JVM.
        System.setProperty(
                DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_FILE_PROPERTY,
                identity.keyStore().toString());
        System.setProperty(DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_PASSWORD_PROPERTY, ServerIdentity.PASSWORD);
        // A thread of GreenMail ends with an IllegalStateException for each client that refuses the certificate.
        Thread.setDefaultUncaughtExceptionHandler(GreenMailServer::ignoreEndOfClient);
        ServerSetup setup = new ServerSetup(0, "0.0.0.0", protocol);
        setup.setServerStartupTimeout(60_000);
        server = new GreenMail(setup);
        server.setUser(USER, USER, PASSWORD);
        server.start();
        port = switch (protocol) {
            case "smtp" -> server.getSmtp().getPort();
            case "smtps" -> server.getSmtps().getPort();
            case "imap" -> server.getImap().getPort();
            default -> server.getImaps().getPort();
        };
    }

    private static void ignoreEndOfClient(Thread thread, Throwable failure) {
        if (!(failure instanceof IllegalStateException)) {
            System.err.println("thread " + thread + " failed");
            failure.printStackTrace();
        }
    }

    int port() {
        return port;
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Override
    public void close() {
        server.stop();
        Thread.setDefaultUncaughtExceptionHandler(handler);
    }
}
