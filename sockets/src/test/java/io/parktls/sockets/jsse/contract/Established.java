package io.parktls.sockets.jsse.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Facts about a connection whose handshake is over. The tested implementation is the client. */
final class Established {
    /** An observation of both ends. */
    interface Check {
        @Nullable
        Object of(SSLSocket tested, SSLSocket peer) throws Exception;
    }

    private Established() {}

    static Fact established(String name, Check check, @Nullable Object result) {
        return Fact.fact(
                name,
                s -> {
                    Meeting.Ends ends = s.asClient().established();
                    return check.of(ends.client(), ends.server());
                },
                result);
    }

    static void send(SSLSocket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    static String receive(SSLSocket socket, int length) throws Exception {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    /** Closes both ends at once, since the JDK's {@code close()} may wait for the peer. */
    static void closeBoth(SSLSocket tested, SSLSocket peer) throws Exception {
        Task<Void> closing = ThreadKind.VIRTUAL.run(peer::close);
        tested.close();
        closing.get();
    }
}
