package io.parktls.engine.bouncycastle;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ParsingException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Distinguishes malformed messages of the peer from internal errors of this end.
 *
 * <p>Bouncy Castle's parsers throw an {@code EOFException} or an {@code IllegalArgumentException} for a wrong length,
 * and its protocol then raises internal_error. RFC 8446 6.2 requires decode_error for a message that cannot be decoded,
 * and reserves internal_error for errors unrelated to the peer.
 */
final class DecodeErrors {
    private DecodeErrors() {}

    /**
     * Returns the alert for an exception that ended the processing of a peer's message.
     *
     * @param proposed the alert that Bouncy Castle chose
     */
    static short alert(short proposed, Throwable cause) {
        boolean undecodable = (cause instanceof IOException && !(cause instanceof TlsFatalAlert))
                || cause instanceof IllegalArgumentException
                || cause instanceof ASN1ParsingException;
        return proposed == AlertDescription.internal_error && undecodable ? AlertDescription.decode_error : proposed;
    }
}
