package io.parktls.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestPki.KeyKind;
import java.security.KeyPair;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    private static final KeyPair PAIR = KeyKind.ECDSA_P256.generate();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "::",
                "::1",
                "[::1]",
                "2001:db8::7",
                "2001:DB8:0:0:0:0:0:7",
                "::ffff:192.0.2.1",
                "fe80::1%eth0",
                "[fe80::1%25eth0]"
            })
    void addresses(String host) {
        assertTrue(HostNames.isAddress(host));
        assertFalse(HostNames.isName(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "example.test",
                "EXAMPLE.test",
                "example.test.",
                "a-b_c.example.test",
                "1.2.3.4.example.test",
                "xn--bcher-kva.example",
                "b\u00fccher.example",
                "b\u00fccher\u3002example",
                "0x7f.0.example"
            })
    void names(String host) {
        assertTrue(HostNames.isName(host));
        assertFalse(HostNames.isAddress(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example.test",
                "example..test",
                "example.test..",
                "exa mple.test",
                "example.test/",
                "example.test:443",
                "user@example.test",
                "*.example.test",
                "example\u0000.test",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "127.1",
                "2130706433",
                "[127.0.0.1]",
                "[::1",
                "::1]",
                "[[::1]]",
                ":::",
                "1::2::3",
                "12345::",
                "fe80::1%",
                "::g"
            })
    void neither(String host) {
        assertFalse(HostNames.isName(host));
        assertFalse(HostNames.isAddress(host));
    }

    @Test
    void lengthOfNamesIsLimited() {
        String label = "a".repeat(63);
        assertTrue(HostNames.isName(label));
        assertFalse(HostNames.isName(label + "a"));
        String longest = String.join(".", label, label, label, "a".repeat(61));
        assertEquals(253, longest.length());
        assertTrue(HostNames.isName(longest));
        assertTrue(HostNames.isName(longest + "."));
        assertFalse(HostNames.isName(longest + "a"));
        assertFalse(HostNames.isName("\u00fc".repeat(64)));
    }

    @ParameterizedTest
    @CsvSource({
        "Example.TEST, example.test",
        "example.test., example.test",
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER.example, xn--bcher-kva.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example"
    })
    void normalForm(String host, String ascii) {
        assertEquals(ascii, HostNames.toAscii(host));
    }

    @ParameterizedTest
    @CsvSource({
        // presented, host
        "example.test, example.test",
        "Example.Test, eXAMPLE.tEST",
        "example.test, example.test.",
        "localhost, localhost",
        "*.example.test, www.example.test",
        "*.example.test, WWW.EXAMPLE.TEST.",
        "*.example.test, xn--bcher-kva.example.test",
        "*.a.example.test, www.a.example.test",
        "xn--bcher-kva.example, b\u00fccher.example",
        "192.0.2.1, 192.0.2.1",
        "192.0.2.1, ::ffff:192.0.2.1",
        "2001:db8::7, 2001:DB8:0:0::7",
        "2001:db8::7, [2001:db8::7]",
        "fe80::1, fe80::1%eth0"
    })
    void matches(String presented, String host) {
        assertTrue(presenting(presented).include(host));
        assertTrue(presenting("other.test", presented, "192.0.2.99").include(host));
    }

    @ParameterizedTest
    @CsvSource({
        "example.test, www.example.test",
        "www.example.test, example.test",
        "example.test, example.tes",
        "example.test, badexample.test",
        // RFC 9525 6.3: an asterisk is the whole left-most label, and is not directly below a top-level domain
        "*.example.test, example.test",
        "*.example.test, .example.test",
        "*.example.test, a.b.example.test",
        "*.test, example.test",
        "*, localhost",
        "*, example.test",
        "*., example.test",
        "w*.example.test, www.example.test",
        "*w.example.test, www.example.test",
        "w*w.example.test, www.example.test",
        "www.*.test, www.example.test",
        "*.*.test, www.example.test",
        "xn--*.example.test, xn--bcher-kva.example.test",
        // a name never matches an address, and an address never matches a name
        "192.0.2.1, 192.0.2.2",
        "2001:db8::7, 2001:db8::8",
        "*.0.2.1, 192.0.2.1",
        "example.test, 192.0.2.1",
        // an invalid host matches nothing, even if the certificate contains the same text
        "*.example.test, *.example.test",
        "exa mple.test, exa mple.test"
    })
    void doesNotMatch(String presented, String host) {
        assertFalse(presenting(presented).include(host));
    }

    @Test
    void addressesDoNotMatchDnsNames() {
        TestCertificate odd = TestCertificate.of(KeyKind.ECDSA_P256, "odd")
                .keyPair(PAIR)
                .dnsName("192.0.2.1")
                .selfSigned();
        assertFalse(CertificateNames.of(odd.certificate()).include("192.0.2.1"));
    }

    @Test
    void aNameIsNotTruncatedAtNul() {
        TestCertificate odd = TestCertificate.of(KeyKind.ECDSA_P256, "odd")
                .keyPair(PAIR)
                .dnsName("example.test\0.evil.test")
                .selfSigned();
        CertificateNames names = CertificateNames.of(odd.certificate());
        assertFalse(names.include("example.test"));
        assertEquals("example.test?.evil.test", names.toString());
    }

    @Test
    void theCommonNameDoesNotCount() {
        TestCertificate old = TestCertificate.of(KeyKind.ECDSA_P256, "example.test")
                .keyPair(PAIR)
                .selfSigned();
        assertFalse(CertificateNames.of(old.certificate()).include("example.test"));
        assertEquals("no host", CertificateNames.of(old.certificate()).toString());
    }

    @Test
    void manyNamesAreNotAllShown() {
        String[] many = IntStream.range(0, 100).mapToObj(i -> "h" + i + ".test").toArray(String[]::new);
        assertEquals(
                "h0.test, h1.test, h2.test, h3.test, h4.test, h5.test, h6.test, h7.test and 92 more",
                presenting(many).toString());
    }

    private static CertificateNames presenting(String... presented) {
        return CertificateNames.of(TestCertificate.of(KeyKind.ECDSA_P256, "names")
                .keyPair(PAIR)
                .names(presented)
                .selfSigned()
                .certificate());
    }
}
