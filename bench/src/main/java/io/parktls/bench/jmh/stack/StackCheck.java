package io.parktls.bench.jmh.stack;

import java.io.IOException;

/** Checks that a stack behaves as the measurements require. */
public final class StackCheck {
    private StackCheck() {}

    /**
     * Opens a stack and checks that it negotiates the terms, verifies the certificate path and the host name, resumes
     * sessions if and only if the terms say so, and transfers data. The next connection of a stack that resumes sessions
     * resumes one.
     *
     * @throws IOException if a check fails
     */
    public static Stack open(Peer peer, Terms terms) throws IOException {
        Pki pki = Pki.of(terms.key());
        try (Stack misled = peer.open(terms, pki.trusting(Pki.of(terms.key()).authority()))) {
            requireRefusal(misled, Pki.HOST, "an unknown authority");
        }
        Stack stack = peer.open(terms, pki);
        requireRefusal(stack, "elsewhere.example.test", "a wrong host");
        if (terms.resumed()) {
            requireResumedHandshakes(stack);
        } else {
            requireFullHandshakes(stack);
        }
        ServerHello hello = negotiated(stack);
        if (hello.suite() != stack.suite() || (hello.group() != null && hello.group() != terms.group())) {
            throw new IOException("negotiated " + hello + " instead of " + terms);
        }
        requireTransfer(stack);
        return stack;
    }

    /**
     * Returns the parameters that a stack negotiates.
     *
     * @throws IOException if the handshake fails
     */
    public static ServerHello negotiated(Stack stack) throws IOException {
        try {
            return ServerHello.of(serverBytes(stack));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void requireRefusal(Stack stack, String host, String what) throws IOException {
        stack.wire().reset();
        try (Link link = stack.connect(host)) {
            link.handshake();
        } catch (IOException refusal) {
            stack.wire().reset();
            return;
        }
        throw new IOException("the client accepts " + what);
    }

    private static void requireFullHandshakes(Stack stack) throws IOException {
        for (int i = 0; i < 3; i++) {
            if (negotiated(stack).resumed()) {
                throw new IOException("a session is resumed");
            }
        }
    }

    private static void requireResumedHandshakes(Stack stack) throws IOException {
        if (negotiated(stack).resumed()) {
            throw new IOException("the first handshake resumes a session");
        }
        for (int i = 0; i < 5; i++) {
            if (!negotiated(stack).resumed()) {
                throw new IOException("no session is resumed");
            }
        }
    }

    private static byte[] serverBytes(Stack stack) throws IOException {
        Pipe toClient = stack.wire().toClient();
        toClient.startRecording();
        try (Link link = stack.connect(Pki.HOST)) {
            link.handshake();
        } finally {
            stack.wire().reset();
        }
        return toClient.stopRecording();
    }

    private static void requireTransfer(Stack stack) throws IOException {
        Wire wire = stack.wire();
        try (Link link = stack.connect(Pki.HOST)) {
            link.handshake();
            for (int i = 0; i < 3; i++) {
                link.send();
                link.receive();
                requireReceived(wire);
                link.reply();
                requireReceived(wire);
            }
        }
    }

    private static void requireReceived(Wire wire) throws IOException {
        if (!wire.received().flip().equals(wire.payload())) {
            throw new IOException("the received data differ from the sent data");
        }
    }
}
