package io.parktls.integration.resumption;

import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTrust;
import io.parktls.sockets.TlsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The main class of a process that is one server of a fleet. It takes the PEM files of its chain, its key and its trust
 * as arguments, and prints its port. Then it reads commands, changes the ticket keys while it runs, and confirms each
 * with a line.
 *
 * <pre>
 *   shared SECRET [FORMER-SECRET]...   secrets in hexadecimal digits
 *   files FILE [FILE]...
 *   supplied KEY [KEY]...              keys in hexadecimal digits
 *   process                            new random keys
 *   tickets COUNT                      tickets in each handshake
 * </pre>
 */
final class FleetServer {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private FleetServer() {}

    public static void main(String[] args) throws IOException {
        TlsContext first = TlsContext.builder()
                .identity(TlsIdentity.pem(Path.of(args[0]), Path.of(args[1])))
                .trust(TlsTrust.pem(Path.of(args[2])))
                .clientAuth(ClientAuth.WANTED)
                .build();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (TlsServer server = TlsServer.builder(first)
                .handshakeTimeout(PATIENCE)
                .readTimeout(PATIENCE)
                .handler(socket -> {
                    socket.doHandshake();
                    if (Page.readRequest(socket.inputStream())) {
                        socket.outputStream().write(Page.of(socket.session()));
                    }
                })
                .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            System.out.println(server.port());
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                server.context(apply(List.of(line.split(" ")), server.context().toBuilder())
                        .build());
                System.out.println("done");
            }
        }
    }

    private static TlsContext.Builder apply(List<String> command, TlsContext.Builder context) throws IOException {
        List<String> arguments = command.subList(1, command.size());
        return switch (command.getFirst()) {
            case "shared" -> {
                byte[][] secrets = bytes(arguments);
                yield context.ticketKeys(
                        TlsTicketKeys.shared(secrets[0], Arrays.copyOfRange(secrets, 1, secrets.length)));
            }
            case "files" -> {
                Path[] files = arguments.stream().map(Path::of).toArray(Path[]::new);
                yield context.ticketKeys(TlsTicketKeys.files(files[0], Arrays.copyOfRange(files, 1, files.length)));
            }
            case "supplied" -> {
                List<byte[]> keys = List.of(bytes(arguments));
                yield context.ticketKeys(TlsTicketKeys.of(() -> keys, Duration.ofHours(1)));
            }
            case "process" -> context.ticketKeys(TlsTicketKeys.perProcess());
            case "tickets" -> context.tickets(Integer.parseInt(arguments.getFirst()), Duration.ofHours(1));
            default -> throw new IllegalArgumentException(command.getFirst() + " is no command of a fleet's server");
        };
    }

    private static byte[][] bytes(List<String> hex) {
        return hex.stream().map(HexFormat.of()::parseHex).toArray(byte[][]::new);
    }
}
