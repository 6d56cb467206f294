package main

import "github.com/waymark/waymark/domain"

// What people in the demonstration are called and say. All of it is invented;
// whoever bears one of these names is not meant.

func firstNames() []string {
	return []string{"Aaliyah", "Aidan", "Amara", "Andrzej", "Angharad", "Anwar", "Bethan", "Callum", "Carys", "Chidi", "Ciara",
		"Danuta", "Dev", "Dilys", "Dominic", "Ebony", "Eleri", "Emeka", "Ewan", "Fatima", "Femi", "Fiona", "Gareth", "Grace",
		"Gurpreet", "Hamish", "Harriet", "Hassan", "Imogen", "Iqra", "Isla", "Jamal", "Joyce", "Kamal", "Keisha", "Kwame", "Leila",
		"Liam", "Lorna", "Maeve", "Marcus", "Mei", "Mohammed", "Morag", "Nadia", "Nasreen", "Nkechi", "Oluwaseun", "Owen", "Parveen",
		"Patrick", "Priya", "Rhys", "Rosa", "Ruth", "Samina", "Siobhan", "Stella", "Tariq", "Tomasz", "Tunde", "Winston", "Yasmin", "Zofia"}
}

func lastNames() []string {
	return []string{"Abbott", "Adeyemi", "Ahmed", "Bailey", "Begum", "Bevan", "Blackwood", "Boateng", "Campbell", "Chaudhry", "Chen",
		"Clarke", "Davies", "Doyle", "Edwards", "Evans", "Farrow", "Fraser", "Gill", "Grant", "Griffiths", "Hussain", "Hughes",
		"Ibrahim", "Jackson", "Jones", "Kaur", "Kelly", "Khan", "Kowalski", "Lewis", "Mackay", "Malik", "Marsh", "McBride", "Mensah",
		"Morgan", "Murray", "Nowak", "Nwosu", "O'Connor", "Okafor", "Patel", "Pritchard", "Rahman", "Reid", "Roberts", "Sharma",
		"Shaw", "Singh", "Stewart", "Taylor", "Thomas", "Walsh", "Whitlock", "Williams", "Wong", "Wright", "Yates", "Yusuf"}
}

func communicationHelps() []string {
	return []string{"Speak slowly and one at a time.", "Write things down for me, I take them home.", "I sign; please book the interpreter I know.",
		"Large print, at least 16 point.", "Somali is easier when I am tired.", "Pictures help me more than long letters."}
}

func matters() []string {
	return []string{"My grandchildren on Sundays.", "Being on time, and other people being on time too.", "My garden and the robin in it.",
		"That nobody decides over my head.", "Friday prayers.", "Cooking for other people.", "Quiet mornings.", "My cat Biscuit.",
		"Music, any kind, loud.", "Being asked how I am and getting to say it.", "Chapel and the people there.", "Walking by the water.",
		"Doing something useful every day.", "Speaking Welsh at home.", "Rovers, win or lose."}
}

// A hope is an aspiration in somebody's own words.
type hope struct {
	aim   domain.Aim
	words string
}

func hopesOf(service string) []hope {
	hopes := []hope{
		{"activities", "I want to sing in a choir again."},
		{"activities", "To swim twice a week and not be the one at the back."},
		{"confidence", "I want to take the bus into town on my own."},
		{"confidence", "To say no and not lie awake over it."},
		{"support", "To have one person I can ring on a bad day."},
		{"life", "To wake up and look forward to something."},
		{"life", "I want to be a good dad, every other weekend to begin with."},
		{"decisions", "I want to be the one who opens my letters and answers them."},
		{"activities", "To read a whole book and talk about it."},
		{"home", "A front door that is mine and a window with plants."},
		{"confidence", "To learn to drive, third time lucky."},
		{"support", "To make it up with my sister."},
	}
	switch service {
	case "stepping-stones":
		hopes = append(hopes, hope{"activities", "A job with my hands, part time to start."},
			hope{"activities", "To get my forklift ticket."}, hope{"confidence", "To tell my story in an interview and hold my head up."},
			hope{"activities", "To earn my own money before my birthday."})
	case "rowan-house":
		hopes = append(hopes, hope{"home", "My own flat near the park."}, hope{"home", "To keep a kitchen the way my nan did."},
			hope{"confidence", "To run my own bills."})
	}
	return hopes
}

func ratingNotes() []string {
	return []string{"A good week.", "I went to the shop by myself.", "Tired today, ask me again.", "I stood up for myself and it held.",
		"Somewhere in the middle.", "Better than I would have said at Easter.", "Hard week, the anniversary.", "I am getting there."}
}

func lifeNotes() []string {
	return []string{"Small things are nice again.", "It is lonely in the evenings.", "I have people now.", "I laughed at the quiz.",
		"Money is on my mind.", "I slept."}
}

func kindQuotes() []string {
	return []string{"They asked me what I wanted and then they did it.", "Somebody always rings back.", "I was never made to feel small.",
		"The tea is terrible and the people are lovely.", "It felt like somewhere I could breathe out.",
		"My worker knew when to talk and when to leave it.", "Meeting others who had been there made the difference.",
		"I did not think a place like this was for someone like me. It was."}
}

func franknessQuotes() []string {
	return []string{"Three workers in four months is too many.", "I had to tell it all from the start again.",
		"Things were decided and I found out after.", "Kind people, not enough of them.", "I waited too long."}
}

func changes() []string {
	return []string{"I know what to do on a bad day now.", "I have my own key and I have used it.", "I got my evenings back.",
		"I say what I think.", "I have a reason to get up.", "I am still me, and that is all right.", "I made two friends.",
		"I stopped hiding my post."}
}

func homeNotes() []string {
	return []string{"It is warm and it is quiet.", "Close to my mum.", "I chose the curtains.", "Bit far from the bus.",
		"The neighbours said hello.", "I would rather have stayed."}
}

func reachedNotes() []string {
	return []string{"I did it!", "It took longer and it was worth it.", "I rang everybody.", "Not the way I thought, and good."}
}

func planContents() []string {
	return []string{"When I stop answering my phone, come round and put the kettle on.", "Walk, bath, music, ring Dawn. In that order.",
		"If I am not well my brother looks after the dog.", "Please do not send anyone in uniform unless you have to.",
		"Early signs: I stop cooking, I stay up. What helps: company that does not ask questions."}
}

func planNotes() []string {
	return []string{"It worked.", "I rang before it got bad.", "Half of it helped, we will change the rest."}
}

func activityNotes() []string {
	return []string{"I stayed to the end.", "Made soup for fourteen.", "Saw a kingfisher.", "I will go again.", "Left early and that was fine.",
		"I taught somebody the chords.", "Too loud for me."}
}

func supportNotes() []string {
	return []string{"We rang the council together.", "Talked about Dad.", "Sorted the electric.", "Just walked.", "Filled in the form, all of it.",
		"Found a mosque near the new flat.", "Practised the bus."}
}

// An outingTo is something people do out and about.
type outingTo struct {
	tag  domain.ActivityTag
	what string
	ways []domain.Way
}

func outings() []outingTo {
	return []outingTo{
		{"sport", "Swimming at the baths", []domain.Way{"be_active"}},
		{"sport", "Walking football", []domain.Way{"be_active", "connect"}},
		{"music", "Community choir", []domain.Way{"connect", "keep_learning"}},
		{"music", "Steel pan evening", []domain.Way{"connect"}},
		{"arts", "Pottery at the college", []domain.Way{"keep_learning", "take_notice"}},
		{"arts", "Museum late opening", []domain.Way{"take_notice"}},
		{"learning", "Maths at the library", []domain.Way{"keep_learning"}},
		{"faith", "Friday prayers", []domain.Way{"connect", "take_notice"}},
		{"faith", "Sunday service", []domain.Way{"connect"}},
		{"outdoors", "Canal walk", []domain.Way{"be_active", "take_notice"}},
		{"outdoors", "Park run, walking most of it", []domain.Way{"be_active"}},
		{"volunteering", "Food bank", []domain.Way{"give", "connect"}},
		{"volunteering", "Charity shop", []domain.Way{"give"}},
		{"social", "Quiz night", []domain.Way{"connect"}},
		{"culture", "Carnival", []domain.Way{"connect", "take_notice"}},
		{"culture", "Eisteddfod rehearsal", []domain.Way{"connect"}},
		{"civic", "Tenants' meeting", []domain.Way{"give", "connect"}},
		{"digital", "Getting online at the library", []domain.Way{"keep_learning"}},
		{"work", "Trial shift at the bakery", []domain.Way{"keep_learning"}},
		{"home_skills", "Paint your own flat", []domain.Way{"keep_learning"}},
		{"other", "Allotment open day", nil},
	}
}
