package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ServerName;
import org.jspecify.annotations.Nullable;

/** Converts server names (RFC 6066 3) between Bouncy Castle and JSSE. */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ServerNames {
    private ServerNames() {}

    static Vector<ServerName> toBouncyCastle(List<SNIServerName> names) {
        Vector<ServerName> converted = new Vector<>();
        for (SNIServerName name : names) {
            converted.add(new ServerName((short) name.getType(), name.getEncoded()));
        }
        return converted;
    }

    static List<SNIServerName> toJsse(@Nullable Vector<?> names) {
        List<SNIServerName> converted = new ArrayList<>();
        for (Object name : names == null ? List.of() : names) {
            ServerName serverName = (ServerName) name;
            converted.add(toJsse(serverName.getNameType(), serverName.getNameData()));
        }
        return converted;
    }

    private static SNIServerName toJsse(int type, byte[] value) {
        if (type == NameType.host_name) {
            try {
                return new SNIHostName(value);
            } catch (IllegalArgumentException e) {
                // JSSE's class for host names is stricter than the DNS: the name keeps its bytes.
            }
        }
        return new SNIServerName(type, value) {};
    }

    /** Returns the host name among a client's server names; null if there is none. */
    static @Nullable String hostName(@Nullable Vector<?> names) throws IOException {
        for (Object name : names == null ? List.of() : names) {
            if (name instanceof ServerName serverName && serverName.getNameType() == NameType.host_name) {
                return new String(serverName.getNameData(), StandardCharsets.US_ASCII);
            }
        }
        return null;
    }
}
