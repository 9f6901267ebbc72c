package io.parktls.ocsp;

/** Thrown if an OCSP response cannot be used. The message gives the reason. */
public final class OcspException extends Exception {
    private static final long serialVersionUID = 1L;

    OcspException(String message) {
        super(message);
    }

    OcspException(String message, Throwable cause) {
        super(message, cause);
    }
}
