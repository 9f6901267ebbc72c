package io.parktls.engine.bouncycastle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Hashtable;
import java.util.HexFormat;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle's server protocol, with the hooks where it departs from the RFCs on versions. */
@SuppressWarnings({"JdkObsolete", "rawtypes", "unchecked"}) // Bouncy Castle's API is older than Map
final class ServerHandshake extends TlsServerProtocol implements HandshakeSteps {
    private static final int SSL_3_0 = 0x0300;
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;

    @Override
    public String lastStep() {
        return HandshakeSteps.name(connection_state);
    }

    /**
     * Reads a ClientHello whatever legacy_version it has. A version above TLS 1.2 stands for TLS 1.2 (RFC 5246 E.1, RFC 8446
     * 4.1.2, D.1), which includes those that Bouncy Castle knows from DTLS; SSL 3.0 and below is refused (RFC 8446 D.5).
     *
     * <p>The transcript is not concerned: Bouncy Castle takes it from the message as it came.
     */
    @Override
    protected ClientHello receiveClientHelloMessage(ByteArrayInputStream buf) throws IOException {
        byte[] hello = buf.readAllBytes();
        if (hello.length >= 2) {
            int version = (hello[0] & 0xFF) << 8 | (hello[1] & 0xFF);
            if (version <= SSL_3_0) {
                throw new TlsFatalAlert(
                        AlertDescription.protocol_version,
                        String.format("the ClientHello has legacy_version 0x%04X, which is below TLS 1.0", version));
            }
            if (version > TLS_1_2) {
                hello[0] = (byte) (TLS_1_2 >>> 8);
                hello[1] = (byte) TLS_1_2;
            }
        }
        ClientHello parsed = super.receiveClientHelloMessage(new ByteArrayInputStream(hello));
        dropUnknownVersions(parsed.getExtensions());
        return parsed;
    }

    /**
     * Leaves only versions of TLS in supported_versions. Others are to be ignored (RFC 8446 4.2.1, RFC 8701), and Bouncy Castle
     * fails on one that DTLS reserves.
     *
     * @throws TlsFatalAlert protocol_version, if none remains
     */
    private static void dropUnknownVersions(@Nullable Hashtable extensions) throws TlsFatalAlert {
        Object data = extensions == null ? null : extensions.get(TlsExtensionsUtils.EXT_supported_versions);
        if (!(data instanceof byte[] list)
                || list.length < 1
                || list.length % 2 == 0
                || (list[0] & 0xFF) != list.length - 1) {
            return;
        }
        ByteArrayOutputStream known = new ByteArrayOutputStream(list.length);
        known.write(0);
        for (int i = 1; i < list.length; i += 2) {
            int version = (list[i] & 0xFF) << 8 | (list[i + 1] & 0xFF);
            if (version >= SSL_3_0 && version <= TLS_1_3) {
                known.write(list, i, 2);
            }
        }
        if (known.size() == 1) {
            throw new TlsFatalAlert(
                    AlertDescription.protocol_version,
                    "no common version: the client's supported_versions are 0x"
                            + HexFormat.ofDelimiter(" ").formatHex(list, 1, list.length)
                            + ", none of which is a version of TLS");
        }
        if (known.size() < list.length) {
            byte[] filtered = known.toByteArray();
            filtered[0] = (byte) (filtered.length - 1);
            extensions.put(TlsExtensionsUtils.EXT_supported_versions, filtered);
        }
    }

    @Override
    protected void handleException(short alertDescription, String message, Throwable e) throws IOException {
        super.handleException(DecodeErrors.alert(alertDescription, e), message, e);
    }
}
