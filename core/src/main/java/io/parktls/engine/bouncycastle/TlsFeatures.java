package io.parktls.engine.bouncycastle;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;

/**
 * The extension by which a certificate requires features of TLS (RFC 7633). Bouncy Castle checks it against the
 * extensions of the server's hello. In TLS 1.3 a stapled response is not announced there, and in TLS 1.2 the
 * announcement alone proves nothing, so this class takes status_request out of Bouncy Castle's check.
 */
final class TlsFeatures {
    /** id-pe-tlsfeature (RFC 7633 6). */
    static final ASN1ObjectIdentifier EXTENSION = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");

    private static final ASN1Integer STATUS_REQUEST = new ASN1Integer(5);

    private TlsFeatures() {}

    /** Returns the extension's value without status_request. A malformed value is returned as it is. */
    static byte[] withoutStatusRequest(byte[] features) throws IOException {
        ASN1EncodableVector others = new ASN1EncodableVector();
        try {
            for (ASN1Encodable feature : ASN1Sequence.getInstance(features)) {
                if (!STATUS_REQUEST.equals(feature.toASN1Primitive())) {
                    others.add(feature);
                }
            }
        } catch (RuntimeException e) {
            return features;
        }
        return new DERSequence(others).getEncoded(ASN1Encoding.DER);
    }
}
