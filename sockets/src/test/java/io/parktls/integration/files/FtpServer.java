package io.parktls.integration.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.integration.SoftwareContract;
import io.parktls.integration.TlsFront.Lines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An FTP server with one file, TLS (RFC 4217) from the JDK's own provider, and CCC: after this command, both ends end
 * TLS on the control connection and go on in plain text.
 */
final class FtpServer implements AutoCloseable {
    private final SSLContext context;
    private final byte[] file;
    private final ServerSocket listener = new ServerSocket();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    FtpServer(SSLContext context, byte[] file) throws IOException {
        this.context = context;
        this.file = file;
        listener.bind(new InetSocketAddress("0.0.0.0", 0), SoftwareContract.MANY);
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // The server has been closed.
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            reply(plain, "220 ready");
            expect(plain, "AUTH TLS");
            reply(plain, "234 begin TLS");
            SSLSocket control = tls(plain, false);
            control.startHandshake();
            if (untilCcc(control)) {
                reply(control, "200 end TLS");
                // Sends a close_notify and reads up to the client's.
                control.close();
                untilCcc(plain);
            }
        } catch (IOException e) {
            // The client refused the certificate, or left.
        }
    }

    /** Serves commands until CCC, and then returns true; or until QUIT. */
    private boolean untilCcc(Socket control) throws IOException {
        Lines lines = new Lines(control.getInputStream());
        try (ServerSocket data = new ServerSocket(0)) {
            while (true) {
                String command = lines.next();
                switch (command.split(" ")[0]) {
                    case "CCC" -> {
                        return true;
                    }
                    case "QUIT" -> {
                        reply(control, "221 good bye");
                        return false;
                    }
                    case "USER" -> reply(control, "331 password?");
                    case "PASS" -> reply(control, "230 welcome");
                    case "EPSV" -> reply(control, "229 connect to (|||" + data.getLocalPort() + "|)");
                    case "RETR" -> {
                        reply(control, "150 sending");
                        send(data);
                        reply(control, "226 sent");
                    }
                    default -> reply(control, "200 " + control.getClass().getSimpleName());
                }
            }
        }
    }

    private void send(ServerSocket data) throws IOException {
        try (SSLSocket connection = tls(data.accept(), true)) {
            connection.getOutputStream().write(file);
        }
    }

    private SSLSocket tls(Socket plain, boolean autoClose) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, autoClose);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void expect(Socket socket, String command) throws IOException {
        String line = new Lines(socket.getInputStream()).next();
        if (!line.equals(command)) {
            throw new IOException("not " + command + " but " + line);
        }
    }

    private static void reply(Socket socket, String line) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((line + "\r\n").getBytes(US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
