package io.parktls.bench.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Netty as its user guide has it: writes as they come, one flush for all that was read. */
final class NettyServer {
    private NettyServer() {}

    static Listening start(SslProvider provider, ServerKey key) throws IOException {
        SslContext context = SslContextBuilder.forServer(key.key(), key.certificate())
                .sslProvider(provider)
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, Listening.BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(context.newHandler(channel.alloc()), new Connection());
                    }
                })
                .bind(Listening.anyPort())
                .syncUninterruptibly()
                .channel();
        return new Listening(((InetSocketAddress) listener.localAddress()).getPort());
    }

    /** One connection; its event loop's thread alone calls it. */
    private static final class Connection extends ChannelInboundHandlerAdapter {
        private @Nullable Opening opening;

        /** What is sent, again and again. */
        private @Nullable ByteBuf payload;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (opening == null) {
                // Sent in one piece, and so received: it is one record.
                opening = Opening.of(bytes.readSlice(Opening.BYTES).nioBuffer());
                if (opening.service() == Opening.Service.SEND) {
                    payload = context.alloc().directBuffer(opening.bufferSize()).writeZero(opening.bufferSize());
                    send(context);
                }
            }
            if (opening.service() == Opening.Service.ECHO && bytes.isReadable()) {
                context.write(bytes, context.voidPromise());
            } else {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            send(context);
        }

        private void send(ChannelHandlerContext context) {
            if (payload != null) {
                while (context.channel().isWritable()) {
                    context.writeAndFlush(payload.retainedDuplicate(), context.voidPromise());
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The client is gone. What else fails, fails for the client too.
            context.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            ReferenceCountUtil.release(payload);
        }
    }
}
