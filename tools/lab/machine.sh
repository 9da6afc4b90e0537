#!/bin/bash
# Become PID 1 of one lab machine. Environment: LAB_NAME, LAB_DIR (its folder), LAB_GROUPS (lines
# "path|type|options" of the control group hierarchies), LAB_BIN, LAB_CNI, LAB_PKI (may be empty).
# The caller has put us into the machine's control groups.
set -eu
if [ "${LAB_STAGE:-1}" = 1 ]; then
  export LAB_STAGE=2
  exec unshare --net --mount --uts --ipc --pid --cgroup --fork --kill-child=SIGKILL --propagation private "$0"
fi
# /proc is still the host's: our own number in it is the one the host knows us by.
read -r pid _ < /proc/self/stat
printf '%s\n' "$pid" > "$LAB_DIR/pid.part"
mv "$LAB_DIR/pid.part" "$LAB_DIR/pid"

R=$LAB_DIR/root
mount -t tmpfs -o mode=755,size=256m lab "$R"
mkdir -p "$R"/{usr,proc,sys,dev,run,tmp,root,old,lab/bin,lab/pki,lab/conf,etc/cni/net.d,opt/cni/bin} \
  "$R"/var/{lib/{containerd,kubelet,etcd,cni,redis,mysql},log}
chmod 1777 "$R/tmp"
for l in bin sbin lib lib64; do
  if [ -L /$l ]; then ln -s "$(readlink /$l)" "$R/$l"; else mkdir -p "$R/$l" && mount --rbind /$l "$R/$l"; fi
done
mount --rbind /usr "$R/usr"
mount -o remount,bind,ro "$R/usr"
for f in passwd group nsswitch.conf protocols services ld.so.cache ld.so.conf ld.so.conf.d alternatives \
  ssl ca-certificates localtime ethertypes iproute2 debian_version os-release; do
  [ -e /etc/$f ] && cp -a /etc/$f "$R/etc/"
done
: > "$R/etc/fstab"
cp "$LAB_DIR"/etc/* "$R/etc/"
mount --rbind /dev "$R/dev"
mount -t proc proc "$R/proc"
mount -t sysfs sysfs "$R/sys"
mount -t tmpfs -o mode=755 run "$R/run"
# Mounted anew inside the cgroup namespace, each hierarchy shows the machine its own tree as "/".
case "$LAB_GROUPS" in
  "/sys/fs/cgroup|cgroup2|"*) mount -t cgroup2 cgroup2 "$R/sys/fs/cgroup" ;;
  *)
    mount -t tmpfs -o mode=755 cgroup "$R/sys/fs/cgroup"
    while IFS='|' read -r path type options; do
      mkdir -p "$R$path"
      if [ -n "$options" ]; then mount -t "$type" -o "$options" "$type" "$R$path"; else mount -t "$type" "$type" "$R$path"; fi
    done <<< "$LAB_GROUPS"
    ;;
esac
bind() { mount --bind "$1" "$R$2"; mount -o remount,bind,ro "$R$2"; }
bind "$LAB_BIN" /lab/bin
[ -z "$LAB_PKI" ] || bind "$LAB_PKI" /lab/pki
for d in containerd kubelet etcd cni redis mysql; do
  mkdir -p "$LAB_DIR/disk/$d"
  mount --bind "$LAB_DIR/disk/$d" "$R/var/lib/$d"
done
mkdir -p "$LAB_DIR/disk/conf"
mount --bind "$LAB_DIR/disk/conf" "$R/lab/conf"
mkdir -p "$LAB_DIR/disk/log/pods"
mount --bind "$LAB_DIR/disk/log" "$R/var/log"
# The kubelet sets these for the whole host unless they already read as it likes: private files.
fake() {
  [ -e "$R/proc/sys/$1" ] || return 0
  mkdir -p "$R/run/fake"
  printf '%s\n' "$2" > "$R/run/fake/${1//\//_}"
  mount --bind "$R/run/fake/${1//\//_}" "$R/proc/sys/$1"
}
fake vm/overcommit_memory 1
fake vm/panic_on_oom 0
fake kernel/panic 10
fake kernel/panic_on_oops 1
fake kernel/keys/root_maxkeys 1000000
fake kernel/keys/root_maxbytes 25000000
cp "$LAB_CNI"/* "$R/opt/cni/bin/"
cp "$LAB_DIR/supervise" "$R/lab/supervise"
cd "$R"
pivot_root . old
umount -l /old
rmdir /old
mount --make-rshared /
hostname "$LAB_NAME"
mkdir -p /run/lab
echo ready > /run/lab/machine
# A shell that waits reaps the orphans of every daemon; `sleep infinity` would keep them as zombies.
exec busybox sh -c 'trap "" HUP INT; trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done' < /dev/null
