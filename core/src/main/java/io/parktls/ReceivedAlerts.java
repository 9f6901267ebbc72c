package io.parktls;

/**
 * The messages for fatal alerts that the peer sent. An alert says next to nothing, and the log of the other end is often
 * out of reach, so each message names the most frequent cause and where to look for it.
 */
final class ReceivedAlerts {
    private ReceivedAlerts() {}

    /** Returns the message of an exception for that alert. */
    static String message(TlsAlert alert) {
        String cause = cause(alert);
        return "the peer sent alert " + alert + (cause.isEmpty() ? "" : ": " + cause);
    }

    /** Returns an empty text if nothing can be added to the name of the alert. */
    private static String cause(TlsAlert alert) {
        return switch (alert) {
            case HANDSHAKE_FAILURE ->
                "the two ends have no cipher suite, group or signature scheme in common, or the peer requires a"
                        + " certificate that this end does not have";
            case PROTOCOL_VERSION -> "it supports none of the protocol versions that this end offers";
            case INSUFFICIENT_SECURITY -> "it requires stronger parameters than this end supports";
            case CERTIFICATE_REQUIRED ->
                "it requires a client certificate: set one (TlsContext.Builder.identity, or a key manager)";
            case UNKNOWN_CA ->
                "it does not trust the authority that issued this end's certificate, or the chain lacks an intermediate"
                        + " certificate";
            case CERTIFICATE_EXPIRED -> "this end's certificate has expired, or is not valid yet by the peer's clock";
            case CERTIFICATE_REVOKED -> "this end's certificate has been revoked";
            case BAD_CERTIFICATE, CERTIFICATE_UNKNOWN, UNSUPPORTED_CERTIFICATE ->
                "it does not accept this end's certificate; its log should tell why";
            case UNRECOGNIZED_NAME -> "it has no certificate for the host name that this end asks for";
            case NO_APPLICATION_PROTOCOL -> "it supports none of the application protocols that this end offers";
            case UNKNOWN_PSK_IDENTITY -> "it does not know the pre-shared key that this end offers";
            case DECRYPT_ERROR ->
                "a signature, a Finished message or the binder of a pre-shared key does not verify, for instance because"
                        + " the two ends have different keys";
            case ACCESS_DENIED -> "it accepts this end's certificate, but does not allow its holder to connect";
            case INTERNAL_ERROR -> "it failed for a reason of its own; its log should tell which";
            default -> "";
        };
    }
}
