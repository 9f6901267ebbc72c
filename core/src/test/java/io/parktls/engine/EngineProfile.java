package io.parktls.engine;

import io.parktls.TlsAlert;
import io.parktls.TlsVersion;

/** An engine under test, and what it may do its own way. */
interface EngineProfile {
    /** The engine under test. */
    TlsEngineProvider engine();

    /** Whether this end may write on once the peer has closed its direction. */
    default boolean writesAfterPeerClosed(TlsVersion version) {
        return true;
    }

    /** Whether {@link TlsEngine#updateKeys} does what it says. */
    default boolean updatesKeys() {
        return true;
    }

    /** What a client sends to a server whose authority it does not know. */
    default TlsAlert unknownAuthority() {
        return TlsAlert.UNKNOWN_CA;
    }

    /** What a server sends to a client that has none of its groups. */
    default TlsAlert noCommonGroupAlert(TlsVersion version) {
        return TlsAlert.HANDSHAKE_FAILURE;
    }

    /** What is sent at a truncation once there are keys. */
    default TlsAlert truncatedUnderKeys() {
        return TlsAlert.DECODE_ERROR;
    }

    /** What is sent to a TLS 1.2 peer that wants to renegotiate. */
    default TlsAlert renegotiationRefused() {
        return TlsAlert.NO_RENEGOTIATION;
    }

    /** Whether the engine itself refuses that hello of {@code ClientHelloCases} or {@code ServerHelloCases}, though it is good. */
    default boolean refusesHello(String name) {
        return false;
    }

    /** Whether the engine's ClientHello asks for more or less than that row of {@code ServerHelloCases} takes for granted. */
    default boolean asksOtherwise(String name) {
        return false;
    }
}
