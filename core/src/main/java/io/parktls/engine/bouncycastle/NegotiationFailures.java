package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.engine.ApplicationProtocolNames;
import io.parktls.pki.Printable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Creates the alerts with which a server refuses a client that shares none of its settings. Their messages list what
 * each side supports.
 */
final class NegotiationFailures {
    /** The most offers that a message names. A client's list may be as long as its ClientHello. */
    private static final int MAX_NAMED = 12;

    private NegotiationFailures() {}

    static TlsFatalAlert cipherSuite(int[] offered, TlsContext ours) {
        IntFunction<String> name = code -> CipherSuite.all().stream()
                .filter(suite -> suite.code() == code)
                .findFirst()
                .map(CipherSuite::name)
                .orElseGet(() -> hex(code));
        List<String> theirs = Arrays.stream(offered)
                .filter(code -> !org.bouncycastle.tls.CipherSuite.isSCSV(code))
                .mapToObj(name)
                .toList();
        List<CipherSuite> usable = ours.cipherSuites().stream()
                .filter(suite -> ours.protocols().contains(suite.version()))
                .toList();
        return alert(AlertDescription.handshake_failure, "cipher suite", theirs, usable);
    }

    static TlsFatalAlert group(int[] offered, TlsContext ours) {
        IntFunction<String> name = code -> NamedGroup.all().stream()
                .filter(group -> group.code() == code)
                .findFirst()
                .map(NamedGroup::standardName)
                .orElseGet(() -> hex(code));
        List<String> theirs = Arrays.stream(offered).mapToObj(name).toList();
        return alert(AlertDescription.handshake_failure, "group", theirs, ours.groups());
    }

    static TlsFatalAlert applicationProtocol(Collection<?> offered, TlsContext ours) {
        List<String> theirs = offered.stream()
                .map(name -> Printable.of(ApplicationProtocolNames.of(((ProtocolName) name).getBytes())))
                .toList();
        return alert(
                AlertDescription.no_application_protocol,
                "application protocol (ALPN)",
                theirs,
                ours.applicationProtocols());
    }

    private static TlsFatalAlert alert(short description, String what, List<String> theirs, Collection<?> ours) {
        String offered = theirs.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        String more = theirs.size() > MAX_NAMED ? " and " + (theirs.size() - MAX_NAMED) + " more" : "";
        String accepted = ours.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return new TlsFatalAlert(
                description,
                "no common " + what + ": the client offers " + offered + more + "; this server accepts " + accepted);
    }

    private static String hex(int code) {
        return String.format(Locale.ROOT, "0x%04X", code);
    }
}
