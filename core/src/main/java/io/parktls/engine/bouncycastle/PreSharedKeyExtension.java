package io.parktls.engine.bouncycastle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.TlsExtensionsUtils;

/**
 * Writes the ages of tickets into the pre_shared_key extension of a ClientHello (RFC 8446 4.2.11). Bouncy Castle writes
 * 0 for each of them, and has not yet computed the binders when this is done.
 */
final class PreSharedKeyExtension {
    private PreSharedKeyExtension() {}

    /**
     * Writes the ages.
     *
     * @param extensions those of the ClientHello; if pre_shared_key is among them, it holds only the identities
     * @param keys the keys that are offered. A second ClientHello may hold only some of them
     */
    @SuppressWarnings({"JdkObsolete", "rawtypes", "unchecked"}) // Bouncy Castle's API is older than Map
    static void writeAges(Hashtable extensions, List<OfferedKey> keys) {
        if (!(extensions.get(TlsExtensionsUtils.EXT_pre_shared_key) instanceof byte[] identities)) {
            return;
        }
        ByteBuffer out = ByteBuffer.wrap(identities.clone());
        out.getShort();
        while (out.hasRemaining()) {
            byte[] identity = new byte[out.getShort() & 0xFFFF];
            out.get(identity);
            out.putInt(age(identity, keys));
        }
        extensions.put(TlsExtensionsUtils.EXT_pre_shared_key, out.array());
    }

    private static int age(byte[] identity, List<OfferedKey> keys) {
        return keys.stream()
                .filter(key -> Arrays.equals(key.getIdentity(), identity))
                .mapToInt(OfferedKey::obfuscatedAge)
                .findFirst()
                .orElse(0);
    }
}
