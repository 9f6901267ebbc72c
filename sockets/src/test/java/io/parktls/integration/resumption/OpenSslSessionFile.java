package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.OpenSsl;
import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code openssl s_client -sess_out} and {@code -sess_in}: a process resumes the session of the process before. */
final class OpenSslSessionFile implements ForeignClient {
    private static final int CONNECTIONS = 3;

    /** The program's report of a handshake. */
    private static final Pattern HANDSHAKE = Pattern.compile("\n(New|Reused), TLSv1\\.[23], Cipher is ");

    @Override
    public int connect(Scenario scenario, int port, Path directory) throws Exception {
        Path session = directory.resolve("session.pem");
        for (int i = 0; i < CONNECTIONS; i++) {
            assertEquals(i > 0, isResumed(scenario, port, session));
        }
        return CONNECTIONS;
    }

    static boolean isResumed(Scenario scenario, int port, Path session) throws IOException {
        return isResumed(OpenSsl.client(scenario, port), session);
    }

    /**
     * Connects with the session in a file, if the file exists, and writes the new session to it.
     *
     * @param command the command without options for sessions
     * @return whether the program reports that it has resumed the session
     */
    static boolean isResumed(List<String> command, Path session) throws IOException {
        List<String> line = new ArrayList<>(command);
        if (Files.exists(session)) {
            line.addAll(List.of("-sess_in", session.toString()));
        }
        line.addAll(List.of("-sess_out", session.toString()));
        try (ForeignPeer client = ForeignPeer.start(line)) {
            client.type(Page.REQUEST);
            client.awaitExit();
            return client.await(HANDSHAKE).group(1).equals("Reused");
        }
    }
}
