package io.parktls.sockets.jsse.contract;

import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The calls that a manager receives. */
final class ManagerCalls {
    final List<String> names = new CopyOnWriteArrayList<>();
    final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<String> sessions = new CopyOnWriteArrayList<>();

    void add(String name, @Nullable Socket socket) {
        names.add(name);
        if (socket instanceof SSLSocket tls) {
            sockets.add(tls);
            SSLSession session = tls.getHandshakeSession();
            if (session instanceof ExtendedSSLSession extended) {
                sessions.add(session.getProtocol() + " "
                        + extended.getRequestedServerNames().stream()
                                .map(name1 -> ((SNIHostName) name1).getAsciiName())
                                .toList()
                        + " " + session.getCipherSuite().equals("SSL_NULL_WITH_NULL_NULL")
                        + " " + session.isValid());
                schemes.add(extended.getPeerSupportedSignatureAlgorithms());
                localSchemes.add(extended.getLocalSupportedSignatureAlgorithms());
            }
        }
    }

    final List<String[]> schemes = new CopyOnWriteArrayList<>();
    final List<String[]> localSchemes = new CopyOnWriteArrayList<>();
}
