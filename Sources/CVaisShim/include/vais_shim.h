/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once
