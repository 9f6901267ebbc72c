package io.parktls;

/** The reasons for which a session is not resumed. The handshake then becomes a full one; it does not fail. */
public enum TlsTicketRefusal {
    /** The key that sealed the ticket is not, or no longer, among the server's {@link TlsTicketKeys}. */
    UNKNOWN_KEY,
    /** The ticket is damaged, or was sealed by another release. */
    MALFORMED,
    /** The ticket's lifetime is over, or the peers last authenticated each other more than seven days ago. */
    EXPIRED,
    /** The client asks for another host name (SNI) than in the original handshake. */
    OTHER_HOST,
    /** The ticket comes from a server with identities for other host names. */
    OTHER_CONTEXT,
    /** The session has another protocol version than the one that is negotiated now. */
    OTHER_VERSION,
    /** The peers have no common cipher suite that the session's secret can be used with. */
    OTHER_CIPHER_SUITE,
    /** The server asks for client certificates, but did not when it issued the ticket, or requires one now. */
    NO_CLIENT_CERTIFICATE,
    /** The server no longer trusts the client's certificates: they have expired, or the trust has changed. */
    CLIENT_NOT_TRUSTED,
    /**
     * The session began with an external pre-shared key that the server no longer accepts, or without one although the
     * server now requires it. Also counted by clients that require a key, which do not offer a session without one.
     */
    PSK_NOT_ACCEPTED,
    /** The client supports no resumption with forward secrecy (psk_dhe_ke, RFC 8446 4.2.9). */
    NO_KEY_EXCHANGE,
    /** Counted by clients: the server did not resume the session that the client offered. */
    BY_SERVER,
    /** Counted by clients: the client no longer trusts the server's certificates, so it did not offer the session. */
    SERVER_NOT_TRUSTED
}
