package io.parktls.engine.bouncycastle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.TlsExtensionsUtils;

/**
 * Completes the pre_shared_key extension of a ClientHello (RFC 8446 4.2.11), before Bouncy Castle computes the binders.
 * Bouncy Castle writes 0 as the age of each ticket, and reserves the space of the first ClientHello's binders in the
 * second one too.
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

    /**
     * Returns the length of the binders, including the length of their list.
     *
     * @param extensions those of the ClientHello; if pre_shared_key is among them, it holds only the identities
     * @param hashLength the length of the hash that all offered keys have
     * @return 0 if no key is offered
     */
    @SuppressWarnings("rawtypes") // Bouncy Castle's API is older than Map
    static int bindersLength(Hashtable extensions, int hashLength) {
        if (!(extensions.get(TlsExtensionsUtils.EXT_pre_shared_key) instanceof byte[] identities)) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(identities).position(Short.BYTES);
        int length = Short.BYTES;
        while (in.hasRemaining()) {
            int identity = in.getShort() & 0xFFFF;
            in.position(in.position() + identity + Integer.BYTES);
            length += 1 + hashLength;
        }
        return length;
    }

    private static int age(byte[] identity, List<OfferedKey> keys) {
        return keys.stream()
                .filter(key -> Arrays.equals(key.getIdentity(), identity))
                .mapToInt(OfferedKey::obfuscatedAge)
                .findFirst()
                .orElse(0);
    }
}
