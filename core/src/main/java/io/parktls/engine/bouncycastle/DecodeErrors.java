package io.parktls.engine.bouncycastle;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ParsingException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Tells the faults of a peer's message from those of this end.
 *
 * <p>Bouncy Castle's parsers throw an {@code EOFException} or an {@code IllegalArgumentException} where a length is wrong, and its
 * protocol then raises internal_error. RFC 8446 6.2 has decode_error for a message that cannot be decoded; internal_error is for
 * faults that have nothing to do with the peer.
 */
final class DecodeErrors {
    private DecodeErrors() {}

    /**
     * The alert for an exception that ended the processing of a peer's message.
     *
     * @param proposed Bouncy Castle's choice
     */
    static short alert(short proposed, Throwable cause) {
        boolean undecodable = (cause instanceof IOException && !(cause instanceof TlsFatalAlert))
                || cause instanceof IllegalArgumentException
                || cause instanceof ASN1ParsingException;
        return proposed == AlertDescription.internal_error && undecodable ? AlertDescription.decode_error : proposed;
    }
}
