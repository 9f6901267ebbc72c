package io.parktls.sockets.jsse.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The subject of a fact: creates sockets of the tested implementation and of its peer, and closes them. */
final class Subject implements AutoCloseable {
    private final Contract.Pairing pairing;
    private final List<AutoCloseable> opened = new ArrayList<>();

    Subject(Contract.Pairing pairing) {
        this.pairing = pairing;
    }

    Implementation tested() {
        return pairing.tested();
    }

    Implementation peer() {
        return pairing.peer();
    }

    String version() {
        return pairing.version();
    }

    /** Closes a resource when the fact has been observed. */
    synchronized <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    SSLSocketFactory socketFactory() throws GeneralSecurityException {
        return tested().socketFactory(Credentials.CLIENT);
    }

    SSLServerSocketFactory serverSocketFactory() throws GeneralSecurityException {
        return tested().serverSocketFactory(Credentials.SERVER);
    }

    /** Returns a client socket that is not connected. */
    SSLSocket unconnected() throws GeneralSecurityException, IOException {
        return closing((SSLSocket) socketFactory().createSocket());
    }

    /** Returns a server socket that is bound to a free port. */
    SSLServerSocket listener() throws GeneralSecurityException, IOException {
        return closing(
                (SSLServerSocket) serverSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    }

    /** Returns a server socket that is not bound. */
    SSLServerSocket unbound() throws GeneralSecurityException, IOException {
        return closing((SSLServerSocket) serverSocketFactory().createServerSocket());
    }

    /** Returns a meeting in which the tested implementation is the client. */
    Meeting asClient() {
        return new Meeting(this, tested(), peer());
    }

    /** Returns a meeting in which the tested implementation is the server. */
    Meeting asServer() {
        return new Meeting(this, peer(), tested());
    }

    /** Closes everything in the order of opening, so that no socket waits for a peer that is still open. */
    @Override
    public synchronized void close() {
        for (AutoCloseable resource : opened) {
            try (resource) {
                if (resource instanceof SSLSocket socket && socket.isConnected()) {
                    socket.setSoLinger(true, 0);
                    socket.setSoTimeout(1);
                }
            } catch (Exception e) {
                // The fact has been observed.
            }
        }
    }
}
