package io.parktls.tickets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The formats of files with ticket keys.
 *
 * <ul>
 *   <li>nginx ({@code ssl_session_ticket_key}) and Apache ({@code SSLSessionTicketKeyFile}): one key of 48 or 80 bytes.
 *   <li>HAProxy ({@code tls-ticket-keys}): lines of base64, each a key of 48 or 80 bytes, the oldest first. The
 *       penultimate key seals. The last one only opens, so that a new key reaches all machines before one of them seals
 *       with it. If there is a single key, it seals.
 * </ul>
 *
 * <p>Both consist of a name of 16 bytes and keys for AES and HMAC.
 */
final class KeyFileFormat {
    private static final int WITH_AES_128 = 48;
    private static final int WITH_AES_256 = 80;

    private KeyFileFormat() {}

    /**
     * Returns the keys of a file. The one that seals is the first.
     *
     * @param name the name of the file in messages
     * @param content is not changed
     * @param seals whether a key of this file seals. Otherwise none of its keys is upcoming
     * @throws KeyMaterialException if the file contains no keys
     */
    static List<KeyMaterial> parse(String name, byte[] content, boolean seals) {
        if (hasLengthOfKey(content)) {
            KeyMaterial.requireStrong(name, content, WITH_AES_128);
            return List.of(new KeyMaterial(name, content.clone(), false));
        }
        if (!isText(content)) {
            throw new KeyMaterialException(name + " has " + content.length + " bytes: a session ticket key has "
                    + WITH_AES_128 + " or " + WITH_AES_256 + " bytes, or the file has lines of base64 of such keys");
        }
        List<KeyMaterial> keys = new ArrayList<>();
        try {
            addLines(name, content, keys);
        } catch (KeyMaterialException e) {
            keys.forEach(KeyMaterial::wipe);
            throw e;
        }
        if (keys.isEmpty()) {
            throw new KeyMaterialException(name + " is empty: a file with session ticket keys is required");
        }
        if (keys.size() == 1) {
            return keys;
        }
        KeyMaterial newest = keys.removeLast();
        List<KeyMaterial> ordered = new ArrayList<>(keys.reversed());
        ordered.add(new KeyMaterial(newest.origin(), newest.bytes(), seals));
        return ordered;
    }

    private static void addLines(String name, byte[] content, List<KeyMaterial> keys) {
        int line = 1;
        int start = 0;
        for (int i = 0; i <= content.length; i++) {
            if (i == content.length || content[i] == '\n') {
                addLine("line " + line + " of " + name, content, start, i, keys);
                line++;
                start = i + 1;
            }
        }
    }

    private static void addLine(String origin, byte[] content, int start, int end, List<KeyMaterial> keys) {
        int from = start;
        int to = end;
        while (from < to && content[from] <= ' ') {
            from++;
        }
        while (from < to && content[to - 1] <= ' ') {
            to--;
        }
        if (from == to) {
            return;
        }
        byte[] key = decode(origin, Arrays.copyOfRange(content, from, to));
        keys.add(new KeyMaterial(origin, key, false));
        if (!hasLengthOfKey(key)) {
            throw new KeyMaterialException(origin + " has base64 of " + key.length + " bytes: a session ticket key has "
                    + WITH_AES_128 + " or " + WITH_AES_256 + " bytes");
        }
        KeyMaterial.requireStrong(origin, key, WITH_AES_128);
    }

    /** Decodes base64, and overwrites it. */
    private static byte[] decode(String origin, byte[] base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message quotes the input.
            throw new KeyMaterialException(origin + " is not base64, in which session ticket keys are expected");
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static boolean hasLengthOfKey(byte[] bytes) {
        return bytes.length == WITH_AES_128 || bytes.length == WITH_AES_256;
    }

    private static boolean isText(byte[] content) {
        for (byte b : content) {
            if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
