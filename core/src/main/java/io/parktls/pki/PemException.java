package io.parktls.pki;

/**
 * Reports a problem with the content of a PEM text. {@link Pem} converts it to an {@link IllegalArgumentException} that
 * names the text. It has no cause, because the messages of parsers quote their input, which may be a key.
 */
final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }
}
