package io.parktls;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The changes that people, editors and programs make to a PEM text. */
enum Mangling {
    // ---- changes that keep the text unambiguous

    NONE(true, pem -> pem),
    NO_LINE_BREAKS(true, pem -> pem.replace("\n", "")),
    NO_WHITE_SPACE(true, pem -> pem.replaceAll("\\s", "")),
    SPACES_FOR_LINE_BREAKS(true, pem -> pem.replace('\n', ' ')),
    TABS_FOR_LINE_BREAKS(true, pem -> pem.replace('\n', '\t')),
    ESCAPED(true, pem -> pem.replace("\n", "\\n")),
    ESCAPED_TWICE(true, pem -> pem.replace("\n", "\\\\n")),
    ESCAPED_CRLF(true, pem -> pem.replace("\n", "\\r\\n")),
    ESCAPED_AND_BROKEN(true, pem -> pem.replace("\n", "\\n\n")),
    CR_ONLY(true, pem -> pem.replace('\n', '\r')),
    CRLF(true, pem -> pem.replace("\n", "\r\n")),
    CR_CR_LF(true, pem -> pem.replace("\n", "\r\r\n")),
    LINE_SEPARATORS(true, pem -> pem.replace('\n', '\u2028')),
    BLANK_LINES(true, pem -> pem.replace("\n", "\n\n")),
    INDENTED(true, pem -> pem.indent(4)),
    INDENTED_BY_TABS(true, pem -> "\t" + pem.replace("\n", "\n\t")),
    INDENTED_BY_NO_BREAK_SPACES(true, pem -> "\u00A0\u00A0" + pem.replace("\n", "\n\u00A0\u00A0")),
    TRAILING_SPACES(true, pem -> pem.replace("\n", "  \n")),
    TRAILING_TABS(true, pem -> pem.replace("\n", "\t\n")),
    SPACES_IN_BASE64(true, pem -> pem.replaceAll("(?m)^([A-Za-z0-9+/]{5})(?=[A-Za-z0-9+/=]{12})", "$1 ")),
    TABS_IN_BASE64(true, pem -> pem.replaceAll("(?m)^([A-Za-z0-9+/]{5})(?=[A-Za-z0-9+/=]{12})", "$1\t")),
    SHORT_LINES(true, pem -> pem.replaceAll("(?m)^([A-Za-z0-9+/]{7})(?=[A-Za-z0-9+/=]{12})", "$1\n")),
    BYTE_ORDER_MARK(true, pem -> "\uFEFF" + pem),
    MISREAD_BYTE_ORDER_MARK(true, pem -> "\u00EF\u00BB\u00BF" + pem),
    BYTE_ORDER_MARK_INSIDE(true, pem -> "some words\n\uFEFF" + pem),
    ZERO_WIDTH_SPACES(true, pem -> pem.replace("\n", "\u200B\n\u200B")),
    SOFT_HYPHENS(true, pem -> pem.replace("KEY-", "KEY\u00AD-")),
    NULS(true, pem -> pem.replaceAll("(?s)(.)", "$1\u0000")),
    NUL_TERMINATED(true, pem -> pem + "\u0000"),
    CONTROL_Z(true, pem -> pem + "\u001A"),
    QUOTED(true, pem -> '"' + pem + '"'),
    SINGLE_QUOTED(true, pem -> "'" + pem.replace("\n", "\\n") + "'"),
    LINES_QUOTED(true, pem -> pem.replaceAll("(?m)^(.*)$", "\"$1\"")),
    JAVA_SOURCE(true, pem -> "String key = " + pem.strip().replaceAll("(?m)^(.*)$", "\"$1\\\\n\" +") + " \"\";"),
    C_SOURCE(true, pem -> pem.strip().replaceAll("(?m)^(.*)$", "  \"$1\\\\n\"") + ";"),
    CONTINUED_LINES(true, pem -> pem.replace("\n", "\\n\\\n")),
    JSON(
            true,
            pem -> "{\"id\": 1, \"private_key\": \"" + pem.replace("\n", "\\n").replace("/", "\\/") + "\"}"),
    JSON_ASCII(
            true,
            pem -> "{\"key\":\""
                    + pem.replace("+", "\\u002B").replace("=", "\\u003d").replace("\n", "\\u000A")
                    + "\"}"),
    JSON_LINES(true, pem -> "[" + pem.strip().replaceAll("(?m)^(.*)$", "\"$1\",") + "\"\"]"),
    YAML(true, pem -> "tls:\n  key: |\n" + pem.indent(4)),
    YAML_IN_ONE_LINE(true, pem -> "key: \"" + pem.replace("\n", "\\n") + "\"\n"),
    PROPERTIES(true, pem -> "tls.key=" + pem.replace("\n", "\\n\\\n    ")),
    ENVIRONMENT_FILE(true, pem -> "# the key\nTLS_KEY=\"" + pem + "\"\n"),
    XML(true, pem -> "<key>" + pem.replace("\n", "&#10;") + "</key>"),
    XML_CRLF(true, pem -> "<key>" + pem.replace("\n", "&#13;\n") + "</key>"),
    PERCENT(true, pem -> URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20")),
    PERCENT_BUT_PLUS(true, pem -> pem.replace(" ", "%20").replace("\n", "%0A")),
    FORM(true, pem -> URLEncoder.encode(pem, StandardCharsets.UTF_8)),
    BASE64(true, pem -> Base64.getEncoder().encodeToString(bytes(pem))),
    BASE64_IN_LINES(true, pem -> Base64.getMimeEncoder().encodeToString(bytes(pem)) + "\n"),
    SMALL_LETTERS(true, pem -> pem.replace(firstLine(pem), firstLine(pem).toLowerCase(Locale.ROOT))),
    TWO_SPACES_IN_LABEL(true, pem -> pem.replace("KEY-----", " KEY-----")),
    SPACE_BEFORE_HYPHENS(true, pem -> pem.replace("KEY-----", "KEY -----")),
    WORDS_AROUND(true, pem -> "Bag Attributes\n    friendlyName: main\n" + pem + "That was the key.\n"),
    NO_LINE_BREAK_AFTER_WORDS(true, pem -> "the key: " + pem.replace("\n", " ")),
    COMMENT_IN_ONE_LINE(true, pem -> "# the key " + pem.replace("\n", " ")),
    NO_PADDING(true, pem -> pem.replace("=\n", "\n").replace("=\n", "\n")),

    // ---- changes that may make the text ambiguous

    TRUNCATED_AT_THE_START(false, pem -> pem.substring(20)),
    TRUNCATED_BEFORE_THE_CONTENT(false, pem -> pem.substring(pem.indexOf('\n') + 1)),
    TRUNCATED_AFTER_A_LINE(false, pem -> pem.substring(pem.indexOf('\n') + 30)),
    TRUNCATED_IN_THE_MIDDLE(false, pem -> pem.substring(0, pem.length() / 2)),
    TRUNCATED_AT_THE_END(false, pem -> pem.substring(0, pem.length() - 10)),
    TRUNCATED_BEFORE_THE_END(false, pem -> pem.substring(0, pem.indexOf("-----END"))),
    TRUNCATED_IN_ONE_LINE(false, pem -> pem.replace("\n", "").substring(0, 80)),
    TRUNCATED_BASE64(
            false, pem -> Base64.getEncoder().encodeToString(bytes(pem)).substring(0, 120)),
    CONTENT_ONLY(
            false, pem -> pem.lines().filter(line -> !line.startsWith("---")).reduce("", String::concat)),
    GLUED(false, pem -> pem.strip() + pem),
    GLUED_IN_ONE_LINE(false, pem -> pem.replace("\n", "") + pem.replace("\n", "")),
    NESTED(false, pem -> pem.substring(0, 60) + pem + pem.substring(60)),
    OTHER_END(false, pem -> pem.replace("-----END ", "-----END PUBLIC ")),
    OTHER_END_IN_ONE_LINE(false, pem -> pem.replace("-----END ", "-----END X").replace("\n", "")),
    OTHER_BEGIN(false, pem -> pem.replace("-----BEGIN ", "-----BEGIN MY ")),
    CERTIFICATE_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 CERTIFICATE-----")),
    PKCS7_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 PKCS7-----")),
    PKCS1_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 RSA PRIVATE KEY-----")),
    SEC1_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 EC PRIVATE KEY-----")),
    PKCS8_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 PRIVATE KEY-----")),
    ENCRYPTED_LABELS(false, pem -> pem.replaceAll("(BEGIN|END) .*-----", "$1 ENCRYPTED PRIVATE KEY-----")),
    KEY_AS_LABEL(false, pem -> pem.replace("KEY-----\n", "KEY ").replace("\n", " ")),
    LABEL_WITHOUT_HYPHENS(false, pem -> pem.replace("KEY-----\n", "KEY\n")),
    LABEL_WITHOUT_HYPHENS_IN_ONE_LINE(
            false, pem -> pem.replace("KEY-----", "KEY").replace("\n", "")),
    FOUR_HYPHENS(false, pem -> pem.replace("-----", "----")),
    FOUR_HYPHENS_IN_ONE_LINE(false, pem -> pem.replace("-----", "----").replace("\n", "")),
    SIX_HYPHENS(false, pem -> pem.replace("-----", "------")),
    EM_DASHES(false, pem -> pem.replace("--", "\u2014")),
    NO_HYPHENS(false, pem -> pem.replace("-----", "")),
    UNDERSCORES(false, pem -> pem.replace("PRIVATE KEY", "PRIVATE_KEY")),
    HEADERS_GONE(false, pem -> pem.replaceAll("(?m)^[A-Za-z-]+: .*\n", "")),
    DEK_INFO_GONE(false, pem -> pem.replaceAll("(?m)^DEK-Info: .*\n", "")),
    IV_GONE(false, pem -> pem.replaceAll("(?m)^(DEK-Info: .*,).*\n", "$1\n")),
    IV_SHORT(false, pem -> pem.replaceAll("(?m)^(DEK-Info: .*,.*)..\n", "$1\n")),
    CIPHER_GONE(false, pem -> pem.replaceAll("(?m)^(DEK-Info: ).*,", "$1,")),
    CONTENT_AS_CIPHER(
            false, pem -> pem.replaceAll("(?m)^(DEK-Info: ).*\n", "$1").replaceFirst("(: )\n", "$1")),
    HEADER_OF_CONTENT(false, pem -> pem.replaceFirst("(?m)^(\\w{20})", "$1: ")),
    SMALL_CONTENT(false, pem -> pem.toLowerCase(Locale.ROOT)),
    REVERSED_LINES(false, pem -> String.join("\n", pem.lines().toList().reversed())),
    CHARACTER_GONE(false, pem -> pem.replaceFirst("(?m)^[A-Za-z0-9+/](\\w{8})", "$1")),
    CHARACTER_CHANGED(false, pem -> pem.replaceFirst("(?m)^[A-Za-z0-9+/](\\w{8})", "A$1")),
    FOREIGN_CHARACTER(false, pem -> pem.replaceFirst("(?m)^[A-Za-z0-9+/](\\w{8})", "*$1")),
    LINE_GONE(false, pem -> pem.replaceFirst("(?m)^[A-Za-z0-9+/=]{10,}\n", "")),
    BASE64URL(false, pem -> pem.replace('+', '_').replaceAll("/", "-")),
    SPACES_FOR_PLUS(false, pem -> pem.replace('+', ' ')),
    PADDING_INSIDE(false, pem -> pem.replaceFirst("(?m)^(\\w{5})", "$1=")),
    QUOTED_PRINTABLE(false, pem -> pem.replace("=", "=3D").replaceAll("(?m)^(\\w{30})", "$1=\n")),
    MAIL_QUOTE(false, pem -> "> " + pem.replace("\n", "\n> ")),
    COMMENTED_OUT(false, pem -> "# " + pem.replace("\n", "\n# ")),
    BAD_PERCENT(false, pem -> pem.replace(" ", "%20").replace("\n", "%0") + "%zz"),
    BAD_ESCAPES(false, pem -> pem.replace("\n", "\\x0a")),
    UPPER_CASE_HEX(false, pem -> HexFormat.of().formatHex(bytes(pem)));

    private final boolean plain;
    private final UnaryOperator<String> change;

    Mangling(boolean plain, UnaryOperator<String> change) {
        this.plain = plain;
        this.change = change;
    }

    String apply(String pem) {
        return change.apply(pem);
    }

    /** Returns whether the text is still unambiguous, so that it must be read. */
    boolean isPlain() {
        return plain;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String firstLine(String pem) {
        return pem.lines().findFirst().orElseThrow();
    }
}
