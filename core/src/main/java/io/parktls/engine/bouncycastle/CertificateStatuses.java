package io.parktls.engine.bouncycastle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes CertificateStatus: a message in TLS 1.2 (RFC 6066 8), an extension of a CertificateEntry in TLS
 * 1.3 (RFC 8446 4.4.2.1). A client passes the bytes of the response on as they are, in both versions. In TLS 1.2, Bouncy
 * Castle would parse them, and end the handshake because of a response that the client's trust may not even use.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than Map
final class CertificateStatuses {
    /** The type of the status and the length of the response. */
    private static final int HEADER = 1 + 3;

    private CertificateStatuses() {}

    /** Returns the message of TLS 1.2 for a response that {@link io.parktls.ocsp.Staples} has checked. */
    static CertificateStatus message(byte[] response) {
        return new CertificateStatus(CertificateStatusType.ocsp, OCSPResponse.getInstance(response));
    }

    /** Returns the extensions of a CertificateEntry with a response, which is not empty. */
    static Hashtable<Object, Object> entryExtensions(byte[] response) {
        byte[] status = new byte[HEADER + response.length];
        status[0] = (byte) CertificateStatusType.ocsp;
        TlsUtils.writeUint24(response.length, status, 1);
        System.arraycopy(response, 0, status, HEADER, response.length);
        Hashtable<Object, Object> extensions = new Hashtable<>();
        extensions.put(TlsExtensionsUtils.EXT_status_request, status);
        return extensions;
    }

    /** Returns the response in a CertificateStatus, whose syntax {@link MessageCheck} has checked. */
    static byte[] decode(ByteArrayInputStream body) throws IOException {
        TlsUtils.readUint8(body);
        return TlsUtils.readOpaque24(body, 1);
    }

    /**
     * Returns the responses of a Certificate message of TLS 1.3, whose syntax {@link MessageCheck} has checked, in the
     * order of the chain and with empty arrays for certificates without one; an empty list if there are none.
     */
    static List<byte[]> of(Certificate message) throws IOException {
        List<byte[]> responses = new ArrayList<>(message.getLength());
        boolean any = false;
        for (int i = 0; i < message.getLength(); i++) {
            Hashtable<?, ?> extensions = message.getCertificateEntryAt(i).getExtensions();
            byte[] status = extensions == null ? null : extension(extensions);
            any |= status != null;
            responses.add(status == null ? TlsUtils.EMPTY_BYTES : decode(new ByteArrayInputStream(status)));
        }
        return any ? responses : List.of();
    }

    private static byte @Nullable [] extension(Hashtable<?, ?> extensions) {
        return (byte[]) extensions.get(TlsExtensionsUtils.EXT_status_request);
    }

    /**
     * Returns the responses for a chain of TLS 1.2, where only the first certificate can have one.
     *
     * @param response null if the server sent none
     */
    static List<byte[]> ofLeaf(byte @Nullable [] response, int chainLength) {
        if (response == null) {
            return List.of();
        }
        byte[][] responses = new byte[chainLength][];
        Arrays.fill(responses, TlsUtils.EMPTY_BYTES);
        responses[0] = response;
        return List.of(responses);
    }
}
