package io.parktls;

import io.parktls.ocsp.OcspException;
import io.parktls.ocsp.OcspResponse;
import java.security.cert.X509Certificate;
import java.util.List;

/** Always supplies the same responses. */
final class FixedStapler implements TlsStapler {
    private final List<byte[]> responses;

    /**
     * Copies the responses.
     *
     * @throws IllegalArgumentException if a response is malformed or for another certificate, or there are more
     *     responses than certificates
     */
    FixedStapler(List<X509Certificate> chain, List<byte[]> responses) {
        if (responses.size() > chain.size()) {
            throw new IllegalArgumentException(
                    responses.size() + " OCSP responses for a chain of " + chain.size() + " certificates");
        }
        this.responses = responses.stream().map(byte[]::clone).toList();
        for (int i = 0; i < responses.size(); i++) {
            if (responses.get(i).length > 0) {
                check(chain, i, this.responses.get(i));
            }
        }
    }

    private static void check(List<X509Certificate> chain, int index, byte[] response) {
        X509Certificate issuer = index + 1 < chain.size() ? chain.get(index + 1) : null;
        try {
            OcspResponse.parse(response).answerFor(chain.get(index), issuer);
        } catch (OcspException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public List<byte[]> responses(List<X509Certificate> chain) {
        return responses;
    }
}
