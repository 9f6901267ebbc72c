package io.parktls.engine.jsse;

import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Obtains the OCSP responses that a server stapled from JSSE's sessions. */
final class StapledResponses {
    private static final byte[] NONE = {};

    private StapledResponses() {}

    /**
     * Returns the responses in the order of the server's chain, with empty arrays for certificates without one; an empty
     * list if there are none.
     *
     * @param session a session of a client, or of a client's handshake; null if the provider has none
     */
    static List<byte[]> of(@Nullable SSLSession session, int chainLength) {
        List<byte[]> received;
        try {
            received = session instanceof ExtendedSSLSession extended ? extended.getStatusResponses() : List.of();
        } catch (UnsupportedOperationException e) {
            return List.of();
        }
        if (received.stream().allMatch(response -> response.length == 0)) {
            return List.of();
        }
        // In TLS 1.2 a provider may return the response of the first certificate only.
        List<byte[]> responses = new ArrayList<>(received.subList(0, Math.min(received.size(), chainLength)));
        while (responses.size() < chainLength) {
            responses.add(NONE);
        }
        return responses;
    }
}
