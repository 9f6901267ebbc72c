package io.parktls.pki;

import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.operator.DefaultAlgorithmNameFinder;
import org.jspecify.annotations.Nullable;

/** Names the algorithms that encrypt private keys and key stores, for messages. */
final class AlgorithmNames {
    private static final DefaultAlgorithmNameFinder OTHERS = new DefaultAlgorithmNameFinder();

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("1.2.840.113549.1.5.1", "PBE-MD2-DES"),
            Map.entry("1.2.840.113549.1.5.3", "PBE-MD5-DES"),
            Map.entry("1.2.840.113549.1.5.4", "PBE-MD2-RC2-64"),
            Map.entry("1.2.840.113549.1.5.6", "PBE-MD5-RC2-64"),
            Map.entry("1.2.840.113549.1.5.10", "PBE-SHA1-DES"),
            Map.entry("1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64"),
            Map.entry("1.2.840.113549.1.5.12", "PBKDF2"),
            Map.entry("1.2.840.113549.1.5.13", "PBES2"),
            Map.entry("1.2.840.113549.1.5.14", "PBMAC1"),
            Map.entry("1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128"),
            Map.entry("1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40"),
            Map.entry("1.2.840.113549.1.12.1.3", "PBE-SHA1-3DES"),
            Map.entry("1.2.840.113549.1.12.1.4", "PBE-SHA1-2DES"),
            Map.entry("1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128"),
            Map.entry("1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40"),
            Map.entry("1.3.6.1.4.1.11591.4.11", "scrypt"),
            Map.entry("1.2.840.113549.2.6", "HMAC-MD5"),
            Map.entry("1.2.840.113549.2.7", "HMAC-SHA1"),
            Map.entry("1.2.840.113549.2.8", "HMAC-SHA224"),
            Map.entry("1.2.840.113549.2.9", "HMAC-SHA256"),
            Map.entry("1.2.840.113549.2.10", "HMAC-SHA384"),
            Map.entry("1.2.840.113549.2.11", "HMAC-SHA512"),
            Map.entry("1.2.840.113549.2.12", "HMAC-SHA512/224"),
            Map.entry("1.2.840.113549.2.13", "HMAC-SHA512/256"),
            Map.entry("1.2.156.10197.1.401.2", "HMAC-SM3"),
            Map.entry("1.2.643.7.1.1.4.1", "HMAC-Streebog-256"),
            Map.entry("1.2.643.7.1.1.4.2", "HMAC-Streebog-512"),
            Map.entry("2.16.840.1.101.3.4.2.13", "HMAC-SHA3-224"),
            Map.entry("2.16.840.1.101.3.4.2.14", "HMAC-SHA3-256"),
            Map.entry("2.16.840.1.101.3.4.2.15", "HMAC-SHA3-384"),
            Map.entry("2.16.840.1.101.3.4.2.16", "HMAC-SHA3-512"),
            Map.entry("1.2.840.113549.3.2", "RC2-CBC"),
            Map.entry("1.2.840.113549.3.4", "RC4"),
            Map.entry("1.2.840.113549.3.7", "DES-EDE3-CBC"),
            Map.entry("1.2.840.113549.3.9", "RC5-CBC"),
            Map.entry("1.2.840.113533.7.66.10", "CAST5-CBC"),
            Map.entry("1.3.14.3.2.6", "DES-ECB"),
            Map.entry("1.3.14.3.2.7", "DES-CBC"),
            Map.entry("1.3.14.3.2.8", "DES-OFB"),
            Map.entry("1.3.14.3.2.9", "DES-CFB"),
            Map.entry("1.3.14.3.2.17", "DES-EDE"),
            Map.entry("1.3.6.1.4.1.188.7.1.1.2", "IDEA-CBC"),
            Map.entry("1.3.6.1.4.1.3029.1.2", "BF-CBC"),
            Map.entry("1.2.410.200004.1.4", "SEED-CBC"),
            Map.entry("1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"),
            Map.entry("1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC"),
            Map.entry("1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"),
            Map.entry("1.2.643.2.2.21", "GOST 28147-89"),
            Map.entry("1.2.643.7.1.1.5.1", "Magma"),
            Map.entry("1.2.643.7.1.1.5.2", "Kuznyechik"));

    /** A cipher whose object identifiers number the modes of each key length consecutively. */
    private record Family(String arc, String name, List<Integer> keyLengths, int step, List<String> modes) {
        @Nullable
        String nameOf(String id) {
            if (!id.startsWith(arc) || !id.substring(arc.length()).matches("\\d{1,3}")) {
                return null;
            }
            int number = Integer.parseInt(id.substring(arc.length()));
            int mode = (number - 1) % step;
            int length = (number - 1) / step;
            return number > 0
                            && length < keyLengths.size()
                            && mode < modes.size()
                            && !modes.get(mode).isEmpty()
                    ? name + "-" + keyLengths.get(length) + "-" + modes.get(mode)
                    : null;
        }
    }

    private static final List<Integer> LENGTHS = List.of(128, 192, 256);
    private static final List<Family> FAMILIES = List.of(
            new Family(
                    "2.16.840.1.101.3.4.1.",
                    "AES",
                    LENGTHS,
                    20,
                    List.of("ECB", "CBC", "OFB", "CFB", "WRAP", "GCM", "CCM", "WRAP-PAD")),
            new Family("1.2.410.200046.1.1.", "ARIA", LENGTHS, 5, List.of("ECB", "CBC", "CFB", "OFB", "CTR")),
            new Family(
                    "0.3.4401.5.3.1.9.",
                    "CAMELLIA",
                    LENGTHS,
                    20,
                    List.of("ECB", "", "OFB", "CFB", "", "GCM", "CCM", "", "CTR")),
            new Family(
                    "1.2.156.10197.1.104.",
                    "SM4",
                    List.of(128),
                    100,
                    List.of("ECB", "CBC", "OFB", "CFB", "CFB1", "CFB8", "CTR", "GCM", "CCM")));

    private AlgorithmNames() {}

    /** Returns OpenSSL's name of an algorithm, or the dotted object identifier if the algorithm is unknown. */
    static String of(ASN1ObjectIdentifier algorithm) {
        String id = algorithm.getId();
        String known = NAMES.get(id);
        if (known != null) {
            return known;
        }
        for (Family family : FAMILIES) {
            String name = family.nameOf(id);
            if (name != null) {
                return name;
            }
        }
        return OTHERS.hasAlgorithmName(algorithm) ? OTHERS.getAlgorithmName(algorithm) : id;
    }
}
