package io.parktls.engine;

import io.parktls.TlsAlert;
import io.parktls.TlsVersion;

class JsseEngineContractTest extends TlsEngineContract {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.jsse();

    @Override
    protected TlsEngineProvider engine() {
        return ENGINE;
    }

    /** SunJSSE does as RFC 5246 7.2.1 asks: it closes its own direction too. */
    @Override
    protected boolean writesAfterPeerClosed(TlsVersion version) {
        return version == TlsVersion.TLS_1_3;
    }

    @Override
    protected boolean updatesKeys() {
        return false;
    }

    /** SunJSSE never sends unknown_ca. */
    @Override
    protected TlsAlert unknownAuthority() {
        return TlsAlert.CERTIFICATE_UNKNOWN;
    }

    /** SunJSSE's choice. */
    @Override
    protected TlsAlert noCommonGroupAlert(TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? TlsAlert.UNEXPECTED_MESSAGE : TlsAlert.HANDSHAKE_FAILURE;
    }

    /** JSSE has no call for an alert of one's choice; see {@code JsseEngine.alert}. */
    @Override
    protected TlsAlert truncatedUnderKeys() {
        return TlsAlert.UNEXPECTED_MESSAGE;
    }

    @Override
    protected TlsAlert renegotiationRefused() {
        return TlsAlert.UNEXPECTED_MESSAGE;
    }
}
