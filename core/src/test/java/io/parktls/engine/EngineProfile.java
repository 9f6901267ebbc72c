package io.parktls.engine;

import io.parktls.TlsAlert;
import io.parktls.TlsVersion;

/** An engine under test and the differences that its contract allows. */
interface EngineProfile {
    /** Returns the engine under test. */
    TlsEngineProvider engine();

    /** Returns whether this end can still write after the peer has closed its direction. */
    default boolean writesAfterPeerClosed(TlsVersion version) {
        return true;
    }

    /** Returns whether the engine supports {@link TlsEngine#updateKeys}. */
    default boolean updatesKeys() {
        return true;
    }

    /** Returns the alert that a client sends to a server whose authority it does not trust. */
    default TlsAlert unknownAuthority() {
        return TlsAlert.UNKNOWN_CA;
    }

    /** Returns the alert that a server sends to a client that supports none of its groups. */
    default TlsAlert noCommonGroupAlert(TlsVersion version) {
        return TlsAlert.HANDSHAKE_FAILURE;
    }

    /** Returns the alert that is sent after a truncation once records are encrypted. */
    default TlsAlert truncatedUnderKeys() {
        return TlsAlert.DECODE_ERROR;
    }

    /** Returns the alert that is sent to a TLS 1.2 peer that requests a renegotiation. */
    default TlsAlert renegotiationRefused() {
        return TlsAlert.NO_RENEGOTIATION;
    }

    /** Returns whether a connection still exports its own keying material after another one has resumed its session. */
    default boolean keepsExportersApart(TlsVersion version) {
        return true;
    }

    /** Returns whether the engine refuses a valid hello of {@code ClientHelloCases} or {@code ServerHelloCases}. */
    default boolean refusesHello(String name) {
        return false;
    }

    /**
     * Returns whether the engine's ClientHello has other extensions than that row of {@code ServerHelloCases} assumes.
     */
    default boolean asksOtherwise(String name) {
        return false;
    }
}
